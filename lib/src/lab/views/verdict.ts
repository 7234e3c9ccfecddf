import type { Figure } from "../../charts/figure";
import { type NullDistance, nullDistances } from "../../charts/null-distances";
import type { Distance } from "../../metrics/distance";
import type { Answer } from "../../metrics/verdict";
import type { VerdictResult } from "../../stages/verdict";

/** The three questions in the words of a table, in the order in which they are asked. */
const QUESTIONS = {
  score: "score above its nulls",
  meaning: "latents mean categories",
  added: "autoencoder adds to items",
} as const;

const answers = (verdict: VerdictResult): [question: string, answer: Answer][] =>
  (Object.keys(QUESTIONS) as (keyof typeof QUESTIONS)[]).map((name) => [QUESTIONS[name], verdict[name]]);

/** The three answers, each with the null that it hangs on, its margin, p, seeds and runs. */
export function verdictTable(verdict: VerdictResult): Record<string, unknown>[] {
  return answers(verdict).map(([question, { answer, decidedBy, p, lacks, against }]) => {
    const held = decidedBy === undefined ? undefined : against[decidedBy];
    return {
      question,
      answer,
      "hangs on": decidedBy ?? (lacks ? `lacking: ${lacks.join(", ")}` : ""),
      difference: held?.difference ?? "",
      "95 % interval": intervalText(held?.interval),
      margin: marginText(held),
      p: p ?? "",
      seeds: verdict.seeds.length,
      "runs of the null": held?.runs ?? "",
    };
  });
}

/** Every null's distance, side by side: nulls are not nested, and one that is passed says nothing of another. */
export function distanceTable(verdict: VerdictResult): Record<string, unknown>[] {
  return answers(verdict).flatMap(([question, { against }]) =>
    Object.entries(against).map(([name, found]) => ({
      question,
      null: name,
      counts: found.counts ? "yes" : "stands beside",
      ours: found.ours,
      "the null's": found.null,
      difference: found.difference,
      "95 % interval": intervalText(found.interval),
      margin: marginText(found),
      p: found.p ?? "",
      runs: found.runs,
      "left out": leftOut(found),
    })),
  );
}

/** The distances as a figure, a panel a question. */
export function verdictFigure(verdict: VerdictResult): Figure {
  return nullDistances(
    answers(verdict).flatMap(([question, { answer, against }]) =>
      Object.entries(against).map(
        ([name, { difference, interval, counts }]): NullDistance => ({
          ...{ question, answer, null: name, difference, counts },
          ...(interval ? { low: interval[0], high: interval[1] } : {}),
        }),
      ),
    ),
    answers(verdict).flatMap(([question, { answer, against }]) =>
      Object.keys(against).length === 0 ? [{ question, answer }] : [],
    ),
  );
}

/** What each seed gave, with mean and range. */
export function seedTable({ seeds }: VerdictResult): Record<string, unknown>[] {
  const tuned = seeds.every(({ alpha, reg }) => alpha !== undefined && reg !== undefined);
  const row = (name: string | number, of: (values: number[]) => number): Record<string, unknown> => ({
    seed: name,
    ...(tuned
      ? { alpha: of(seeds.map(({ alpha }) => alpha as number)), reg: of(seeds.map(({ reg }) => reg as number)) }
      : {}),
    "NDCG@10": of(seeds.map(({ ndcgAt10 }) => ndcgAt10)),
    score: of(seeds.map(({ score }) => score)),
    ...(seeds.every(({ meanBestNap }) => meanBestNap !== undefined)
      ? { "mean best nAP": of(seeds.map(({ meanBestNap }) => meanBestNap as number)) }
      : {}),
  });
  const each = seeds.map(({ seed }, index) => row(seed, (values) => values[index]));
  if (seeds.length === 1) return each;
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return [
    ...each,
    row("mean", mean),
    row("least", (values) => Math.min(...values)),
    row("most", (values) => Math.max(...values)),
  ];
}

/** The three answers in a sentence each, for a terminal or a caption; what is not known is said. */
export function verdictSentences(verdict: VerdictResult): string[] {
  const { seeds, fixed, rewiredRuns, weak, ranking } = verdict;
  if (weak)
    return [
      `factors too weak: NDCG@10 ${ranking.ours.toFixed(4)} is not above popularity's ${ranking.null.toFixed(4)} with its whole interval, so no other verdict is given`,
    ];
  const spread =
    seeds.length === 1 ? "1 seed, so the spread over seeds is unknown" : `${seeds.length} seeds${fixedText(fixed)}`;
  return [
    ...answers(verdict).map(([question, answer]) => `${question}: ${answerText(answer)}`),
    `rests on ${spread}, and ${rewiredRuns} ${rewiredRuns === 1 ? "run" : "runs"} of data without structure`,
  ];
}

/** What no seed drew anew. */
function fixedText(fixed: VerdictResult["fixed"]): string {
  if (fixed.length === 0) return "";
  const seen = fixed.join(" and ") === "factors" ? ", which may have seen what the further seeds hold out" : "";
  return ` (the same ${fixed.join(" and ")} in each${seen})`;
}

/** Runs, seeds and categories with nothing to compare. */
function leftOut({ without = 0, categoriesLeftOut = 0 }: Distance): string {
  const some = (count: number, one: string, more: string): string[] =>
    count > 0 ? [`${count} ${count === 1 ? one : more}`] : [];
  return [...some(without, "run", "runs"), ...some(categoriesLeftOut, "category", "categories")].join(", ");
}

function answerText({ answer, decidedBy, p, lacks, against }: Answer): string {
  if (answer === "undecided") {
    if (lacks?.includes("categories")) return "undecided (the data has no category to ask)";
    if (lacks?.includes("latents that fire")) return "undecided (no latent fires in both halves of the items)";
    if (lacks?.includes("shared categories")) return "undecided (no category is tested in every run)";
    return `undecided (not run: ${(lacks ?? []).join(", ")})`;
  }
  const held = decidedBy === undefined ? undefined : against[decidedBy];
  const parts = [
    held && `${signed(held.difference, 4)} against ${decidedBy}`,
    held?.interval && `95 % ${intervalText(held.interval)}`,
    held && marginText(held),
    held && leftOut(held) && `left out: ${leftOut(held)}`,
    p !== undefined && `p ${p.toFixed(3)}`,
  ];
  return `${answer} (${parts.filter(Boolean).join(", ")})`;
}

const intervalText = (interval: readonly [number, number] | undefined): string =>
  interval ? `${signed(interval[0], 4)} to ${signed(interval[1], 4)}` : "unknown";

const signed = (value: number, digits: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(digits)}`;

/** "+3.9 spreads" of the null's runs or draws, or "+3.6 standard errors". */
const marginText = (found: Distance | undefined): string =>
  found?.margin === undefined ? "" : `${signed(found.margin, 1)} ${found.marginUnit ?? ""}`.trim();
