import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { execute } from "../../lib/src/cli";
import { read, tableRows } from "./markdown";

const folder = mkdtempSync(join(tmpdir(), "msae-card-"));
/** Small enough that the whole pipeline takes a second or two. */
const QUICK =
  "data.users=300 data.items=200 data.interactions=4000 sae.epochs=2 sae.minSteps=0 sae.batch=64 rewired.runs=1".split(
    " ",
  );
/** Fields of large data only, where the AUC is over a sample of users; of 19 runs and more, which have a p-value; of a null not run. */
const ELSEWHERE = [
  "mf.aucUsers",
  "mf.aucInterval",
  "verdict.ANSWER.p",
  "verdict.ANSWER.against.NULL.p",
  "verdict.ANSWER.lacks",
  "verdict.ANSWER.against.NULL.without",
  "verdict.ANSWER.against.NULL.categoriesLeftOut",
  // Of several seeds, and of labels that people wrote: `test/stages/labels.test.ts`.
  ...["runs", "detection", "sharedThemes"].map((field) => `labelScores.seeds.${field}`),
  ...["latents", "sameBroad", "sameRefined", "words"].map((field) => `labelScores.agreement.${field}`),
];

async function card(preset: string): Promise<Record<string, unknown>> {
  process.env.MSAE_RUNS = join(folder, "runs");
  const out = join(folder, preset);
  const settings = QUICK.flatMap((setting) => ["--set", setting]);
  let said = "";
  const keep = (text: string): void => {
    said += text;
  };
  const args = ["run", "--preset", preset, "--null", "rewired", ...settings, "--out", out];
  assert.is(await execute(args, { out: keep, err: keep }), 0, said);
  return JSON.parse(readFileSync(join(out, "card.json"), "utf8")) as Record<string, unknown>;
}

/** Dotted paths of a card's fields as the page names them: `[]` for a list of records, NULL, FLOOR and SIDE for their names. */
function fields(value: unknown, path = ""): string[] {
  if (path === "config" || path === "seconds") return [path];
  if (
    path === "monosemanticity.nulls" ||
    path === "labelScores.nulls" ||
    path === "alignment.floors" ||
    path === "axis.sides" ||
    path.endsWith(".against")
  ) {
    const name = path.endsWith("floors") ? "FLOOR" : path.endsWith("sides") ? "SIDE" : "NULL";
    return Object.values(value as object).flatMap((entry) => fields(entry, `${path}.${name}`));
  }
  if (Array.isArray(value) && value.length > 0 && typeof value[0] === "object" && value[0] !== null)
    return value.flatMap((entry) => fields(entry, `${path}[]`));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  const answers = ["verdict.score", "verdict.meaning", "verdict.added"];
  const own = answers.includes(path) ? "verdict.ANSWER" : path;
  return Object.entries(value).flatMap(([key, entry]) => fields(entry, own ? `${own}.${key}` : key));
}

const page = read("docs/card.md");
/** Fields that the page's tables name, in their first column. */
const named = tableRows(page.slice(0, page.indexOf("## What lies beside it"))).flatMap(([cell]) =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, field]) => field),
);

test("every field of a card is named on its page, and the page names no field that no card has", async () => {
  const found = new Set([...fields(await card("paper")), ...fields(await card("calibrated"))]);
  assert.ok(found.size > 50, `${found.size} fields`);
  assert.equal(
    [...found].filter((field) => !named.includes(field)),
    [],
  );
  assert.equal(
    named.filter((field) => !found.has(field) && !ELSEWHERE.includes(field)),
    [],
  );
  assert.is(new Set(named).size, named.length);
});

test("the page names every null and every floor of a card", async () => {
  const { monosemanticity, alignment } = (await card("paper")) as unknown as {
    monosemanticity: { nulls: object };
    alignment: { floors: object };
  };
  const names = [...Object.keys(monosemanticity.nulls), ...Object.keys(alignment.floors)];
  assert.ok(names.includes("noiseTrained") && names.includes("rewired"));
  for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
});

test.run();
