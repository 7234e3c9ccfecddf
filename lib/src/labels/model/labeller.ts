import type { OnProgress } from "../../base/progress";
import type { Exhibit, Label } from "../../records/label";
import type { Labelled, Labeller } from "../judge";
import type { Asker } from "./ask";
import { labelRequest } from "./label-request";
import { openRounds, type Pace } from "./rounds";

/** Latents of a round: those of one round are told the broad labels of the rounds before, however many are asked at a time. */
const ROUND = 10;

/**
 * Labels by a language model, in rounds of {@link ROUND} latents, so that what each is told does not depend on which answer comes
 * first, and a run that goes on after a stop asks what it would have asked.
 */
export function modelLabeller(asker: Asker, name: string, pace: Pick<Pace, "concurrency" | "abort">): Labeller {
  return {
    name,
    async label(exhibits, onProgress?: OnProgress): Promise<Labelled> {
      const rounds = openRounds(asker, {
        ...pace,
        phase: `labels by ${name}`,
        unit: "latents",
        total: exhibits.length,
        onProgress,
      });
      const labels: Label[] = [];
      const failed: Labelled["failed"] = [];
      for (const round of inRounds(exhibits)) {
        const used = labels.map(({ broad }) => broad);
        const answers = await rounds.ask(round.map((exhibit) => labelRequest(exhibit, used)));
        answers.forEach((answer, index) => {
          if ("value" in answer) labels.push(answer.value);
          else failed.push({ latent: round[index].latent, reason: answer.failed });
        });
      }
      return { labels, failed };
    },
  };
}

/** Lists of a round each. */
export function inRounds(exhibits: readonly Exhibit[]): Exhibit[][] {
  const count = Math.ceil(exhibits.length / ROUND);
  return Array.from({ length: count }, (_, index) => exhibits.slice(index * ROUND, (index + 1) * ROUND));
}
