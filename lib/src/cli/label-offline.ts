import { shown } from "../base/quote";
import type { Lab } from "../lab/lab";
import { interval } from "./label-report";

/** The offline labels of a run and their tests, as text or as JSON. */
export async function offlineSummary(lab: Lab, json?: boolean): Promise<string> {
  const { labels, failed } = await lab.labels();
  const summary = await lab.labelSummary();
  if (json) return `${JSON.stringify({ labels, failed, ...(summary ? { summary } : {}) })}\n`;
  if (summary === undefined)
    return "The items have neither categories, titles nor stores: there is nothing to label by.\n";
  const { detection, nulls } = summary;
  const beside = Object.entries(nulls).flatMap(([name, one]) =>
    one.detection ? [`${name} ${interval(one.detection)}`] : [],
  );
  return [
    ...labels.map(({ latent, refined, source }) => `${String(latent).padStart(5)}  ${shown(refined)} (${source})`),
    ...failed.map(({ latent, reason }) => `${String(latent).padStart(5)}  no label: ${shown(reason)}`),
    ...(detection ? [`detection ${interval(detection)} against ${beside.join(", ")}`] : []),
    "a language model labels them with --model NAME\n",
  ].join("\n");
}
