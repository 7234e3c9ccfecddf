import { disturb } from "./kills.mjs";
import { endsWithSentence, lastLine, leftovers } from "./lib/pipeline.mjs";
import { inTrials } from "./lib/trials.mjs";

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

export default {
  name: "stops",
  what: "`msae-lab run` is stopped by SIGINT (Ctrl-C), SIGTERM or SIGHUP in some stage. It must end by itself, with one sentence and a meant exit code, leave nothing half-written, and when run again end as an undisturbed run does.",
  amounts: { bounded: 3, full: 60 },
  run: inTrials({
    atOnce: 2,
    trial: (context) => {
      const names = Object.keys(SIGNALS);
      const signal = names[context.index % names.length];
      return disturb(context, signal, (ended, place) => faultOfStop(ended, place, signal), ["between", "writing"]);
    },
  }),
};

function faultOfStop(ended, place, signal) {
  if (ended.hung) return "it did not end";
  // Before the lab itself is loaded nothing listens yet, and nothing has been written.
  if (ended.code === null && leftovers(place.folder).length === 0 && ended.err === "") return undefined;
  if (ended.code !== SIGNALS[signal]) return `it ended with ${ended.signal ?? `code ${ended.code}`}`;
  if (!/^Stopped/.test(lastLine(ended.err)) || !endsWithSentence(ended.err)) return `it said "${lastLine(ended.err)}"`;
  const left = [...leftovers(place.runs), ...leftovers(place.out)];
  return left.length > 0 ? `it left ${left.join(", ")}` : undefined;
}
