import type { Judge } from "../judge";
import type { Asker } from "./ask";
import { detectionRequest, FITS_FROM, intruderRequest } from "./judge-requests";
import type { ModelRequest } from "./request";
import { openRounds, type Pace } from "./rounds";

/** A language model as a judge; what it does not answer is `undefined`, and is asked again next time. */
export function modelJudge(asker: Asker, name: string, pace: Pick<Pace, "concurrency" | "abort">): Judge {
  const ask = async <T>(
    requests: readonly ModelRequest<T>[],
    what: Pick<Pace, "phase" | "unit" | "onProgress">,
  ): Promise<(T | undefined)[]> => {
    const answers = await openRounds(asker, { ...pace, ...what, total: requests.length }).ask(requests);
    return answers.map((answer) => ("value" in answer ? answer.value : undefined));
  };
  return {
    name,
    threshold: FITS_FROM,
    async detect(questions, onProgress) {
      const what = { phase: `detection by ${name}`, unit: "labels", onProgress };
      const fits = await ask(questions.map(detectionRequest), what);
      return fits.map((fit, index) => fit ?? questions[index].items.map(() => undefined));
    },
    intruders(lists, onProgress) {
      return ask(lists.map(intruderRequest), { phase: `intruders by ${name}`, unit: "lists", onProgress });
    },
  };
}
