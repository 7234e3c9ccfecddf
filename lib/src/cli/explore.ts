import { basename, dirname, join, resolve } from "node:path";
import { writing } from "../base/disk";
import { makeFolder } from "../base/make-folder";
import type { OnProgress } from "../base/progress";
import { replaceFile } from "../base/replace-file";
import { columnsOf } from "../explore/activations";
import { furtherSeeds } from "../explore/further-seeds";
import { joinRuns, type Space } from "../explore/join";
import { type MeasuredRun, measureRun, type RunInput } from "../explore/measure";
import { type Packed, pack } from "../explore/pack";
import { pageOf } from "../explore/page";
import { MOST_USERS, measureUsers } from "../explore/users";
import { refuseForeign } from "../lab/own-files";
import { itemTexts } from "../labels/item-texts";
import { encodeAll } from "../sae/encode";
import { scoredItems } from "../stages/scored-items";
import { modelLabelSets } from "./model-label-sets";
import { type Reopened, reopen } from "./reopen";
import type { Terminal } from "./terminal";
import { terminalRunner } from "./terminal-progress";

/** Options of `msae-lab explore`, as the command line gives them. */
export interface ExploreOptions {
  from: string;
  /** A second run to put beside. */
  against?: string;
  /** Default: `explore.html` in the folder of the run. */
  out?: string;
  json?: boolean;
}

/** A run and where its directions live. */
type Placed = MeasuredRun & { space: Space };

/** Write a run's latents as one page that holds all it shows. */
export async function explore(options: ExploreOptions, terminal: Terminal): Promise<void> {
  const runner = terminalRunner(terminal, "explore");
  const first = await reopen(options.from, "--from", runner, terminal);
  const second =
    options.against === undefined ? undefined : await reopen(options.against, "--against", runner, terminal);
  const out = resolve(options.out ?? join(first.folder, "explore.html"));
  // Said before the work, not after it.
  writing("The page", dirname(out), () => makeFolder(dirname(out)));
  refuseForeign(dirname(out), [basename(out)], "--out");
  const inputs = [await inputOf(first, nameOf(first, second))];
  if (second) inputs.push(await inputOf(second, nameOf(second, first)));
  const page = await runner("the page", async (onProgress) => {
    const placed: Placed[] = [];
    for (const one of inputs) placed.push(await measured(one, onProgress));
    const [run, other] = placed;
    const { factors, split } = inputs[0];
    const { rows, columns, weights, seed } = run.input;
    const users = await measureUsers({ factors, split, rows, columns, k: weights.k }, MOST_USERS, seed, onProgress);
    const joined = other && (await joinRuns(run, other, onProgress));
    const packed = await pack({ run, users, ...(other && { other, joined }) }, { onProgress });
    return { packed, text: pageOf(packed) };
  });
  writing("The page", out, () => replaceFile(out, page.text));
  report(out, page, options, terminal);
}

function report(
  file: string,
  { packed: { head }, text }: { packed: Packed; text: string },
  { json }: ExploreOptions,
  terminal: Terminal,
): void {
  const bytes = Buffer.byteLength(text);
  const [{ k: latents, users }] = head.runs;
  if (json) {
    const { items, join: joined, leftOut } = head;
    terminal.out(
      `${JSON.stringify({ file, bytes, latents, items, users, ...(joined && { join: joined }), leftOut })}\n`,
    );
    return;
  }
  const beside = head.join ? `\n${head.join.why}` : "";
  terminal.out(
    `${latents} latents, ${head.items} items, ${(bytes / 1e6).toFixed(2)} MB${beside}\n${head.leftOut.join("\n")}\nwritten: ${file}\n`,
  );
}

/** A run is called after its folder, by its whole path where another has the same name. */
function nameOf(run: Reopened, other: Reopened | undefined): string {
  const name = basename(run.folder) || run.folder;
  return other !== undefined && basename(other.folder) === name ? run.folder : name;
}

/** What the page needs of a run; computed where the store lacks it. */
async function inputOf({ lab, card, folder }: Reopened, name: string) {
  const [data, split, factors, { weights }] = [
    await lab.data(),
    await lab.split(),
    await lab.factors(),
    await lab.sae(),
  ];
  const [scores, alignment, labels] = [await lab.scores(), await lab.alignment(), await lab.labels()];
  const tested = await lab.labelScores();
  const own = { labels: labels.labels, scores: tested.scores, failed: labels.failed };
  const input = {
    ...{ name, source: card.data.source, seed: card.seed, preset: card.preset },
    verdict: card.monosemanticity.verdict,
    ...{ weights, users: factors.userIds.length, items: data.items, rows: scoredItems(factors, split) },
    textOf: itemTexts(data.items, data.tree),
    ...{ scores, alignment, labels: [own, ...modelLabelSets(folder)] },
    seeds: lab.config.seeds.runs > 1 ? await lab.result(furtherSeeds) : [],
  };
  return { input, factors, split };
}

async function measured(
  { input, factors }: Awaited<ReturnType<typeof inputOf>>,
  onProgress: OnProgress,
): Promise<Placed> {
  const { weights, rows } = input;
  const values = await encodeAll(weights, factors.items, onProgress);
  const full: RunInput = { ...input, columns: columnsOf(values, weights.k, rows) };
  const { itemIds, items } = factors;
  return { ...(await measureRun(full, onProgress)), space: { itemIds, factors: items } };
}
