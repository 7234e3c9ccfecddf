import { type Dirent, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { failing, isUnreadable } from "../base/disk";
import { InputError } from "../base/errors";
import { readWhole } from "../base/files";
import { isArtifactFile, MANIFEST } from "./artifact";
import { stageNames } from "./code";
import { isWholeManifest, type Manifest, parseManifest, resemblesManifest } from "./manifest";
import { livingLabels, removeAbandoned, sizeOf, temporaryPath } from "./owner";
import { claimLabel } from "./store";
import { isMarked, markStore } from "./store-mark";

/** One row of `msae-lab runs list`: something in the store that bears its names and marks. */
export interface RunEntry {
  stage: string;
  hash: string;
  folder: string;
  bytes: number;
  finished?: string;
  /** Hash of the code that computed it, of a finished one. */
  code?: string;
  /** "finished", "training" while a living process works on it, or why it is of no use. */
  state: "finished" | "training" | "checkpoint" | "damaged" | "unreadable";
}

/** What the store holds. */
interface Content {
  entries: RunEntry[];
  /** Replies of language models: their count, and bytes. They are no results of stages, and are never removed. */
  replies: { count: number; bytes: number };
  /** Files and folders below the stages' folders that are not the store's. */
  others: number;
}

/** Folder of the store that keeps what language models replied: it was paid for. */
export const REPLIES = "model-replies";

const FOLDER = /^([0-9a-f]{24})(\.damaged-\d+)?$/;
/** Earlier versions left `.tmp-PID` behind when they were killed. */
const CHECKPOINT = /^([0-9a-f]{24})\.checkpoint\.safetensors(\.previous|(?:\.previous)?\.damaged-\d+|\.tmp-\d+)?$/;

/**
 * Everything that a store holds, stages in the order of their names, oldest first; none where the folder is missing or empty.
 * Damaged manifests are listed as such, and what other processes write or remove meanwhile does not disturb.
 *
 * @throws InputError when the folder holds other things and no store
 */
export function listRuns(root: string): RunEntry[] {
  return contentOf(root).entries;
}

/** {@link listRuns}, and how much lies there that is not the store's. */
export function contentOf(root: string): Content {
  const names = entriesOf(root);
  const marked = isMarked(root);
  const claims = new Set(livingLabels(root).map((label) => label.replace(/\.\d+$/, "")));
  const content: Content = { entries: [], others: 0, replies: repliesIn(join(root, REPLIES)) };
  for (const stage of names) {
    if (stage.name.startsWith(".") || stage.name === REPLIES || !stage.isDirectory()) continue;
    const known = stageNames().includes(stage.name);
    for (const child of entriesOf(join(root, stage.name))) {
      const entry = entryOf(join(root, stage.name), stage.name, child, { known, sure: known && marked });
      if (entry === undefined) content.others++;
      else
        content.entries.push(
          entry.state === "checkpoint" && claims.has(claimLabel(stage.name, entry.hash.slice(0, 24)))
            ? { ...entry, state: "training" }
            : entry,
        );
    }
  }
  content.entries.sort((a, b) => (a.stage + (a.finished ?? "") < b.stage + (b.finished ?? "") ? -1 : 1));
  const temporary = new RegExp(`^\\.tmp-\\d+-(${stageNames().join("|")})-`);
  const isStore = marked || content.entries.length > 0 || names.some(({ name }) => temporary.test(name));
  if (!isStore && names.length > 0)
    throw new InputError(
      `${root} is no store of results: it holds other things and nothing that MSAE Lab made there, so nothing was touched; give the store's folder, or a new one, by the environment variable MSAE_RUNS.`,
    );
  return content;
}

function repliesIn(folder: string): Content["replies"] {
  const files = entriesOf(folder).flatMap((part) => (part.isDirectory() ? entriesOf(join(folder, part.name)) : []));
  return { count: files.filter(({ name }) => name.endsWith(".json")).length, bytes: sizeOf(folder) };
}

/** Content of a folder; none where it has gone. */
function entriesOf(folder: string): Dirent[] {
  return failing(
    () => {
      try {
        return readdirSync(folder, { withFileTypes: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    },
    (reason) => `The store of results in ${folder} cannot be listed (${reason}).`,
  );
}

/** What one name in a stage's folder is; undefined for what the store did not make. */
function entryOf(
  parent: string,
  stage: string,
  child: Dirent,
  { known, sure }: { known: boolean; sure: boolean },
): RunEntry | undefined {
  const folder = join(parent, child.name);
  const entry = (state: RunEntry["state"], manifest?: Manifest): RunEntry => ({
    stage,
    hash: child.name,
    folder,
    bytes: sizeOf(folder),
    ...(state === "finished" ? { finished: manifest?.finished, code: manifest?.code } : {}),
    state,
  });
  const [, checkpoint, suffix = ""] = CHECKPOINT.exec(child.name) ?? [];
  if (checkpoint !== undefined && child.isFile() && known)
    return entry(suffix.includes(".damaged-") ? "damaged" : "checkpoint");
  const [, hash, aside] = FOLDER.exec(child.name) ?? [];
  if (hash === undefined || !child.isDirectory()) return undefined;
  try {
    const bytes = manifestOf(folder);
    const manifest = bytes && parseManifest(bytes);
    if (bytes && manifest)
      return entry(
        aside === undefined && isWholeManifest(bytes, manifest, stage, hash) ? "finished" : "damaged",
        manifest,
      );
    if (bytes && resemblesManifest(bytes)) return entry("damaged");
    return sure && readdirSync(folder).every(isArtifactFile) ? entry("damaged") : undefined;
  } catch (error) {
    return isUnreadable(error) ? entry("unreadable") : undefined;
  }
}

function manifestOf(folder: string): Buffer | undefined {
  try {
    return readWhole(join(folder, MANIFEST)).bytes;
  } catch (error) {
    if (isUnreadable(error)) throw error;
    return undefined;
  }
}

/**
 * Remove entries of a store, and what killed processes left in it. Only files of the store's own names go: a file of someone
 * else's in a result's folder stays, and the folder with it. Links are not followed.
 *
 * @returns how many entries went, and their bytes
 */
export function removeRuns(root: string, entries: readonly RunEntry[]): { removed: number; bytes: number } {
  // A store from before the mark still is one when it has been emptied.
  if (entries.length > 0) markStore(root);
  const abandoned = removeAbandoned(root);
  for (const entry of entries)
    failing(
      () => removeEntry(root, entry),
      (reason) => `${entry.folder} cannot be removed (${reason}): what came before it is gone, the rest was left.`,
    );
  const sizes = [...abandoned, ...entries.map(({ bytes }) => bytes)];
  return { removed: sizes.length, bytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

function removeEntry(root: string, { folder }: RunEntry): void {
  const quietly = (work: () => void, codes: readonly string[]): void => {
    try {
      work();
    } catch (error) {
      if (!codes.includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  };
  if (!FOLDER.test(basename(folder))) {
    rmSync(folder, { force: true });
    return;
  }
  quietly(() => {
    const bytes = manifestOf(folder);
    const texts = Object.keys((bytes && parseManifest(bytes))?.checksums ?? {});
    const isOwn = (name: string): boolean => isArtifactFile(name) || texts.includes(name);
    const names = readdirSync(folder);
    let place = folder;
    // Out of sight at once, where it all goes: nobody reads half a result.
    if (names.every(isOwn)) {
      place = temporaryPath(root, "clean");
      renameSync(folder, place);
    }
    for (const name of [MANIFEST, ...names.filter((name) => name !== MANIFEST && isOwn(name))])
      quietly(() => rmSync(join(place, name)), ["ENOENT", "ERR_FS_EISDIR"]);
    quietly(() => rmdirSync(place), ["ENOTEMPTY", "EEXIST"]);
  }, ["ENOENT"]);
}
