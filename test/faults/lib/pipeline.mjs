import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

/** Small enough that the whole pipeline takes about a second. */
const SMALL = "sae.epochs=60 sae.minSteps=0 sae.batch=64 mf.iterations=3";
const PLANTED = "data.users=300 data.items=200 data.interactions=4000";
const settings = (text) => text.split(" ").flatMap((setting) => ["--set", setting]);

/** The pipeline on planted data, as arguments. */
export const planted = (...more) => ["run", ...settings(`${PLANTED} ${SMALL}`), ...more];

/** The pipeline on files, which are made once: the reader and its checks are then part of it. */
export async function onFiles(world, ...more) {
  const folder = join(world.folder, "shop");
  world.shop ??= world.lab(
    ["generate", "--users", "300", "--items", "200", "--interactions", "4000", "--out", folder],
    join(world.folder, "unused"),
  ).ended;
  const { code, err } = await world.shop;
  if (code !== 0) throw new Error(`The files could not be generated: ${err}`);
  return ["run", "--data", folder, ...settings(SMALL), ...more];
}

/** Run a pipeline to its end, in a store and with an output folder: `{ ended, found }`. */
export async function runPipeline(world, args, place, options) {
  const ended = await world.lab([...args, "--out", place.out], place.runs, options).ended;
  return { ended, found: lookAt(place) };
}

/** Run a disturbed pipeline once more. What is wrong: a stage that was finished is gone or computed again, or the end is not that of `whole`. */
export async function faultOfNextRun(world, args, place, whole, before = finishedStages(place.runs)) {
  const next = await runPipeline(world, args, place);
  const lost = lostStages(before, place.runs);
  if (lost.length > 0) return `finished stages were lost or computed again: ${lost.join(", ")}`;
  return faultOf(next, whole);
}

/** Where a pipeline keeps its results and its card, below a folder. */
export const placeBelow = (folder) => ({ folder, runs: join(folder, "runs"), out: join(folder, "out") });

/** What an undisturbed run of this pipeline leaves, computed once on one thread. */
export function undisturbed(world, args) {
  world.references ??= new Map();
  const name = args.join(" ");
  if (!world.references.has(name)) world.references.set(name, reference(world, args));
  return world.references.get(name);
}

async function reference(world, args) {
  const place = placeBelow(world.makeFolder("undisturbed"));
  const started = performance.now();
  const { ended, found } = await runPipeline(world, args, place, { env: { MSAE_THREADS: "1" } });
  if (ended.code !== 0) throw new Error(`The undisturbed run failed (${howItEnded(ended)}): ${ended.err}`);
  const seconds = (performance.now() - started) / 1000;
  return { ...found, seconds, bytes: diskBytes(place.runs), stages: finishedStages(place.runs).size };
}

/** Everything a pipeline has left: checksum of each file (manifests without their times and the checksum over them), the card without times and the versions of what computed it, what should not be there. */
export function lookAt({ runs, out }) {
  const card = join(out, "card.json");
  return {
    files: checksums(runs),
    card: existsSync(card) ? lastingCard(readFileSync(card, "utf8")) : undefined,
    leftovers: [...leftovers(runs), ...leftovers(out)],
  };
}

/** What is wrong with a pipeline that should be whole; undefined if nothing is. */
export function faultOf({ ended, found }, whole) {
  if (ended.hung) return `it hung; the last it said was "${lastLine(ended.err)}"`;
  if (ended.code !== 0) return `it ended with ${howItEnded(ended)}: ${lastLine(ended.err)}`;
  if (found.leftovers.length > 0) return `it left ${found.leftovers.join(", ")}`;
  const other = Object.keys({ ...whole.files, ...found.files }).filter(
    (name) => whole.files[name] !== found.files[name],
  );
  if (other.length > 0) return `other bytes than those of an undisturbed run in ${other.join(", ")}`;
  if (found.card !== whole.card) return "another card than that of an undisturbed run";
  return undefined;
}

/** Files of temporary names, and what was set aside as damaged. */
export function leftovers(folder) {
  return namesBelow(folder).filter((name) => /\.tmp|\btmp-|\.damaged/.test(name));
}

/** Finished stages of a store, by folder, with the moment at which each was finished. */
export function finishedStages(runs) {
  const manifests = namesBelow(runs).filter((name) => /^[^./][^/]*\/[0-9a-f]+\/manifest\.json$/.test(name));
  return new Map(
    manifests.flatMap((name) => {
      try {
        return [[name, JSON.parse(readFileSync(join(runs, name), "utf8")).finished]];
      } catch {
        return [];
      }
    }),
  );
}

/** Stages that were there before and were computed again or are gone. */
export function lostStages(before, runs) {
  const after = finishedStages(runs);
  return [...before].filter(([name, finished]) => after.get(name) !== finished).map(([name]) => name);
}

export const howItEnded = ({ code, signal }) => (signal ? signal : `code ${code}`);

export const lastLine = (text) => text.trimEnd().split("\n").at(-1);

/** Does what was said on stderr end with one plain sentence, and hold no stack? */
export function endsWithSentence(err) {
  return /^[A-Z"/].*\.$/.test(lastLine(err)) && !/^\s+at .+(:\d+|>)\)?$/m.test(err);
}

/** Files and folders below a folder, as paths from it; what vanishes meanwhile is left out, since a run may be at work there. */
export function namesBelow(folder, from = "") {
  return entriesOf(join(folder, from)).flatMap((entry) => {
    const name = join(from, entry.name);
    return entry.isDirectory() ? [name, ...namesBelow(folder, name)] : [name];
  });
}

function entriesOf(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    return [];
  }
}

function checksums(folder) {
  const files = namesBelow(folder).filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    files.map((name) => {
      const bytes = readFileSync(join(folder, name));
      const content = basename(name) === "manifest.json" ? lastingManifest(bytes.toString()) : bytes;
      return [name, createHash("sha256").update(content).digest("hex")];
    }),
  );
}

const lastingManifest = (text) => JSON.stringify({ ...JSON.parse(text), seconds: 0, finished: "", sha256: "" });
const lastingCard = (text) => JSON.stringify({ ...JSON.parse(text), seconds: {}, versions: {} });

/** What a folder takes on a disk of 4 KiB pages. */
const diskBytes = (folder) =>
  namesBelow(folder).reduce((sum, name) => sum + Math.ceil(statSync(join(folder, name)).size / 4096) * 4096, 0);
