import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { writing } from "../disk";
import { decodeRecord, encodeRecord, type Shapes } from "../formats/record";
import { isRunning } from "../running";
import { canonicalJson, sha256 } from "./hash";

/** What `manifest.json` of a finished stage says. */
export interface Manifest {
  stage: string;
  hash: string;
  config: unknown;
  /** Hash of each stage or file that went in, by name. */
  inputs: Record<string, string>;
  library: string;
  code: string;
  seed: number;
  /** Wall-clock seconds the computation took. */
  seconds: number;
  finished: string;
  /** SHA-256 of each file of the folder. */
  checksums: Record<string, string>;
}

/** The identity of a stage's result: everything that its bytes depend on. */
export interface StageKey {
  stage: string;
  config: unknown;
  inputs: Record<string, string>;
  library: string;
  code: string;
  seed: number;
}

/** A loaded or just computed artifact. */
export interface Artifact<T> {
  value: T;
  manifest: Manifest;
  folder: string;
}

/** Folder of finished stages, `data/runs/<stage>/<hash>/`, that survives `kill -9` at any moment. */
export interface Store {
  root: string;
  /** The artifact with this key, or undefined; a damaged one is set aside and reported through `warn`. */
  load<T>(key: StageKey): Artifact<T> | undefined;
  /** Write a result, and `texts` as files beside it for a reader: temporary folder, fsync, rename. */
  save<T>(
    key: StageKey,
    value: T,
    seconds: number,
    shapes?: Shapes,
    texts?: Readonly<Record<string, string>>,
  ): Artifact<T>;
  /** Path of the checkpoint file that belongs to a stage not finished yet. */
  checkpointFile(key: StageKey): string;
}

/** The hash that names a stage's folder: 24 hex digits over its whole key. */
export function stageHash(key: StageKey): string {
  return sha256(canonicalJson(key)).slice(0, 24);
}

const RECORD = "record.json";
const ARRAYS = "arrays.safetensors";
const MANIFEST = "manifest.json";

/**
 * Open the store below `root` (made when it is missing).
 *
 * @param warn told, in one sentence, when a damaged artifact was set aside
 */
export function openStore(root: string, warn: (message: string) => void = () => {}): Store {
  writing("The store of results", root, () => mkdirSync(root, { recursive: true }));
  removeAbandoned(root);
  const folderOf = (key: StageKey): string => join(root, key.stage, stageHash(key));
  return {
    root,
    load<T>(key: StageKey) {
      const folder = folderOf(key);
      if (!existsSync(join(folder, MANIFEST))) return undefined;
      try {
        return readArtifact<T>(folder);
      } catch (error) {
        const aside = setAside(folder);
        warn(`${error instanceof Error ? error.message : error} It was set aside as ${aside} and is computed again.`);
        return undefined;
      }
    },
    save(key, value, seconds, shapes, texts = {}) {
      const folder = folderOf(key);
      const temporary = join(root, `.tmp-${process.pid}-${key.stage}-${stageHash(key)}`);
      const stored = encodeRecord(value, shapes);
      const files: Record<string, Uint8Array> = { [RECORD]: Buffer.from(stored.json), [ARRAYS]: stored.arrays };
      for (const [name, text] of Object.entries(texts)) files[name] = Buffer.from(text);
      const checksums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
      const manifest: Manifest = {
        stage: key.stage,
        hash: stageHash(key),
        config: key.config,
        inputs: key.inputs,
        library: key.library,
        code: key.code,
        seed: key.seed,
        seconds,
        finished: new Date().toISOString(),
        checksums,
      };
      files[MANIFEST] = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
      try {
        writing(`The result of the stage "${key.stage}"`, folder, () => {
          mkdirSync(temporary, { recursive: true });
          for (const [name, bytes] of Object.entries(files)) writeSynced(join(temporary, name), bytes);
          mkdirSync(join(root, key.stage), { recursive: true });
          renameFolder(temporary, folder);
        });
      } finally {
        rmSync(temporary, { recursive: true, force: true });
      }
      syncFolder(join(root, key.stage));
      return { value, manifest, folder };
    },
    checkpointFile: (key) => join(root, key.stage, `${stageHash(key)}.checkpoint.safetensors`),
  };
}

/** Write a file whole or not at all: temporary name beside it, fsync, rename. */
export function writeFileWhole(file: string, bytes: Uint8Array): void {
  const temporary = `${file}.tmp-${process.pid}`;
  try {
    writeSynced(temporary, bytes);
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function readArtifact<T>(folder: string): Artifact<T> {
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Manifest;
  const read = (name: string): Buffer => {
    const bytes = readFileSync(join(folder, name));
    if (sha256(bytes) !== manifest.checksums[name])
      throw new Error(`${join(folder, name)} does not have the checksum that its manifest states.`);
    return bytes;
  };
  const stored = { json: read(RECORD).toString("utf8"), arrays: read(ARRAYS) };
  return { value: decodeRecord(stored, join(folder, ARRAYS)) as T, manifest, folder };
}

function writeSynced(file: string, bytes: Uint8Array): void {
  const handle = openSync(file, "w");
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch {
    // Some file systems refuse to sync a folder; the rename itself is still atomic there.
  } finally {
    closeSync(handle);
  }
}

/** Rename into place; a folder that another process finished meanwhile holds the same bytes, and stays. */
function renameFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    if (!existsSync(join(to, MANIFEST))) {
      setAside(to);
      renameSync(from, to);
    }
  }
}

function setAside(folder: string): string {
  for (let n = 1; ; n++) {
    const aside = `${folder}.damaged-${n}`;
    if (existsSync(aside)) continue;
    renameSync(folder, aside);
    return aside;
  }
}

/** Remove the temporary folders of processes that are gone: what `kill -9` leaves behind. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    const owner = /^\.tmp-(\d+)-/.exec(name);
    if (owner && !isRunning(Number(owner[1]))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** One row of `msae-lab runs list`. */
export interface RunEntry {
  stage: string;
  hash: string;
  folder: string;
  bytes: number;
  finished?: string;
  /** Hash of the code that computed it, of a finished one. */
  code?: string;
  /** "finished", or why the folder is of no use. */
  state: "finished" | "checkpoint" | "damaged";
}

/** Everything the store holds, stages in the order of their names, oldest first. */
export function listRuns(root: string): RunEntry[] {
  if (!existsSync(root)) return [];
  const entries: RunEntry[] = [];
  for (const stage of readdirSync(root, { withFileTypes: true })) {
    if (!stage.isDirectory() || stage.name.startsWith(".")) continue;
    for (const name of readdirSync(join(root, stage.name))) {
      const folder = join(root, stage.name, name);
      const manifest = join(folder, MANIFEST);
      const state = name.includes(".checkpoint")
        ? "checkpoint"
        : existsSync(manifest) && !name.includes(".damaged-")
          ? "finished"
          : "damaged";
      const known = state === "finished" ? (JSON.parse(readFileSync(manifest, "utf8")) as Manifest) : undefined;
      entries.push({
        stage: stage.name,
        hash: name,
        folder,
        bytes: sizeOf(folder),
        finished: known?.finished,
        code: known?.code,
        state,
      });
    }
  }
  return entries.sort((a, b) => (a.stage + (a.finished ?? "") < b.stage + (b.finished ?? "") ? -1 : 1));
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
