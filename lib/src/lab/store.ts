import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { isUnreadable, reading, writing } from "../base/disk";
import { syncFolder } from "../base/files";
import type { Shapes } from "../formats/record";
import { type Artifact, readArtifact, readManifest, writeArtifact } from "./artifact";
import { type StageKey, stageHash } from "./manifest";
import { removeAbandoned, temporaryFolder } from "./owner";
import { identityOf, setAside } from "./set-aside";
import { markStore } from "./store-mark";

export type { Artifact } from "./artifact";
export { type Manifest, type StageKey, stageHash } from "./manifest";

/** Folder of finished stages, `data/runs/<stage>/<hash>/`, that survives `kill -9` at any moment. */
export interface Store {
  root: string;
  /**
   * The artifact with this key, or undefined; a damaged one is set aside and reported through `warn`.
   *
   * @throws InputError when it is there and cannot be read; it is left as it is then
   */
  load<T>(key: StageKey): Artifact<T> | undefined;
  /** Write a result, and `texts` as files beside it for a reader: temporary folder, fsync, rename. */
  save<T>(
    key: StageKey,
    value: T,
    seconds: number,
    shapes?: Shapes,
    texts?: Readonly<Record<string, string>>,
  ): Artifact<T>;
  /**
   * Say that this process works on a stage, until the function that comes back is called: nobody clears its checkpoint away.
   *
   * @throws InputError when the store cannot be written, which is better known before the work
   */
  claim(key: StageKey): () => void;
  /** Path of the checkpoint file that belongs to a stage not finished yet. */
  checkpointFile(key: StageKey): string;
}

/** What helps where the store cannot be written. */
const STORE_REMEDY = "make room or make it writable, or choose another folder by the environment variable MSAE_RUNS";
const writingStore = <T>(what: string, path: string, work: () => T): T => writing(what, path, work, STORE_REMEDY);

/**
 * Open the store below `root` (made when it is missing).
 *
 * @param warn told, in one sentence, when a damaged artifact was set aside
 */
export function openStore(root: string, warn: (message: string) => void = () => {}): Store {
  writingStore("The store of results", root, () => {
    mkdirSync(root, { recursive: true });
    markStore(root);
  });
  removeAbandoned(root);
  const folderOf = (key: StageKey): string => join(root, key.stage, stageHash(key));
  return {
    root,
    load<T>(key: StageKey) {
      const folder = folderOf(key);
      return reading(`The result of the stage "${key.stage}"`, folder, () => loadFolder<T>(folder, key, warn));
    },
    save(key, value, seconds, shapes, texts = {}) {
      const folder = folderOf(key);
      return writingStore(`The result of the stage "${key.stage}"`, folder, () => {
        const temporary = temporaryFolder(root, `${key.stage}-${stageHash(key)}`);
        try {
          const manifest = writeArtifact(temporary.path, key, { value, seconds, shapes, texts });
          mkdirSync(join(root, key.stage), { recursive: true });
          renameFolder(temporary.path, folder, key);
          syncFolder(join(root, key.stage));
          return { value, manifest, folder };
        } finally {
          temporary.release();
        }
      });
    },
    claim: (key) =>
      writingStore(
        `The result of the stage "${key.stage}"`,
        folderOf(key),
        () => temporaryFolder(root, claimLabel(key.stage, stageHash(key))).release,
      ),
    checkpointFile: (key) => join(root, key.stage, `${stageHash(key)}.checkpoint.safetensors`),
  };
}

/** Times that a folder is looked at which another process replaces meanwhile. */
const LOOKS = 5;

function loadFolder<T>(folder: string, key: StageKey, warn: (message: string) => void): Artifact<T> | undefined {
  for (let look = 1; ; look++) {
    const identity = identityOf(folder);
    if (identity === undefined) return undefined;
    try {
      return readArtifact<T>(folder, key);
    } catch (error) {
      if (isUnreadable(error)) throw error;
      // Another process put one in its place while it was read.
      if (identityOf(folder) !== identity && look < LOOKS) continue;
      const what = describe(error, folder);
      const aside = setAside(folder, what, identity);
      if (aside === undefined) continue;
      warn(`${what} It was set aside as ${aside} and is computed again.`);
      return undefined;
    }
  }
}

function describe(error: unknown, folder: string): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message;
  return `${folder} is damaged: ${path ?? "a file"} ${code === "ENOENT" ? "is missing" : "is no file"}.`;
}

/** Rename into place; a folder that another process finished meanwhile holds the same bytes, and stays. */
function renameFolder(from: string, to: string, key: StageKey): void {
  for (let tries = 1; ; tries++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") || tries === LOOKS) throw error;
      const identity = identityOf(to);
      if (identity === undefined) {
        if (code === "ENOTDIR") throw error;
        continue;
      }
      try {
        readManifest(to, key);
        return;
      } catch (reason) {
        if (isUnreadable(reason)) throw reason;
        setAside(to, describe(reason, to), identity);
      }
    }
  }
}

/** The label of the temporary folder that a process has while it works on a stage. */
export const claimLabel = (stage: string, hash: string): string => `claim-${stage}-${hash}`;
