import { STAGES_KEPT } from "../base/errors";

/** What is left when a command is stopped, by its name. */
export const LEFT_BEHIND: Readonly<Record<string, string>> = {
  run: STAGES_KEPT,
  notebooks: STAGES_KEPT,
  explore: STAGES_KEPT,
  labels: "replies that came are kept, so running it again goes on from there",
  data: "what came is kept, so running it again goes on from there",
  generate: "nothing half-written is left, and files of that name are as they were; running it again starts anew",
  bench: "nothing is kept of it, so running it again starts anew",
};
