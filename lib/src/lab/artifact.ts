import { basename, join } from "node:path";
import { readWhole, writeSynced } from "../base/files";
import { decodeRecord, encodeRecord, type Shapes } from "../formats/record";
import { decodeSafetensors, safetensorsChunks } from "../formats/safetensors";
import { joinShards, planShards } from "../formats/shards";
import { checkManifest, encodeManifest, type Manifest, type StageKey, stageHash } from "./manifest";

/** A loaded or just computed artifact. */
export interface Artifact<T> {
  value: T;
  manifest: Manifest;
  folder: string;
}

export const MANIFEST = "manifest.json";
const RECORD = "record.json";
/** One file, or several where the arrays are too large for one. */
const ARRAYS = /^arrays(-\d+)?\.safetensors$/;

/** Whether a file in a stage's folder has a name that the store gives; texts have others, which the manifest lists. */
export const isArtifactFile = (name: string): boolean => name === MANIFEST || name === RECORD || ARRAYS.test(name);

/** What is kept of a finished stage. */
export interface Finished {
  value: unknown;
  seconds: number;
  shapes?: Shapes;
  /** Files for a reader, by name. */
  texts: Readonly<Record<string, string>>;
}

/** Write a finished stage's files into an empty folder, the manifest last; each is synced. */
export function writeArtifact(folder: string, key: StageKey, { value, seconds, shapes, texts }: Finished): Manifest {
  const { json, tensors } = encodeRecord(value, shapes);
  const checksums: Record<string, string> = {};
  const write = (name: string, chunks: Iterable<Uint8Array>): void => {
    checksums[name] = writeSynced(join(folder, name), chunks);
  };
  write(RECORD, [Buffer.from(json)]);
  const shards = planShards(tensors);
  for (const [index, shard] of shards.entries())
    write(
      shards.length === 1 ? "arrays.safetensors" : `arrays-${index + 1}.safetensors`,
      safetensorsChunks(shard.tensors, shard.metadata),
    );
  for (const [name, text] of Object.entries(texts)) write(name, [Buffer.from(text)]);
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
  writeSynced(join(folder, MANIFEST), [encodeManifest(manifest)]);
  return manifest;
}

/**
 * Read a finished stage's folder, every byte of it held to a checksum and the whole to its key.
 *
 * @throws Error, in one sentence, where it is not what was written for this key; the system's own error where a file cannot be read
 */
export function readArtifact<T>(folder: string, key: StageKey): Artifact<T> {
  const manifest = readManifest(folder, key);
  const names = Object.keys(manifest.checksums);
  const read = (name: string): Buffer => {
    const file = join(folder, basename(name));
    const { bytes, sha256 } = readWhole(file);
    if (sha256 !== manifest.checksums[name])
      throw new Error(`${file} does not have the checksum that its manifest states.`);
    return bytes;
  };
  for (const name of names) if (!isArtifactFile(name)) read(name);
  const json = read(RECORD).toString("utf8");
  const tensors = joinShards(
    decoded(
      names.filter((name) => ARRAYS.test(name)),
      read,
    ),
    folder,
  );
  return { value: decodeRecord({ json, tensors }, folder) as T, manifest, folder };
}

function* decoded(
  names: readonly string[],
  read: (name: string) => Buffer,
): Generator<ReturnType<typeof decodeSafetensors>> {
  for (const name of names) yield decodeSafetensors(read(name), name);
}

/** The manifest of a folder, held to the key; errors as {@link readArtifact}. */
export function readManifest(folder: string, key: StageKey): Manifest {
  const file = join(folder, MANIFEST);
  const { bytes } = readWhole(file);
  try {
    return checkManifest(bytes, key);
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}.`);
  }
}
