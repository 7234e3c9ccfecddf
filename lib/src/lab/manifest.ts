import { z } from "zod";
import { canonicalJson, sha256 } from "../base/hash";
import { parseStrictJson } from "../formats/strict-json";
import { isSealed, seal, UNSEALED } from "./seal";

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

/** The hash that names a stage's folder: 24 hex digits over its whole key. */
export function stageHash({ stage, config, inputs, library, code, seed }: StageKey): string {
  return sha256(canonicalJson({ stage, config, inputs, library, code, seed })).slice(0, 24);
}

/** The manifest's own checksum comes first: SHA-256 of the file without these digits. */
const HEAD = Buffer.from('{\n  "sha256": "');

const schema = z.strictObject({
  // Manifests of earlier versions had none.
  sha256: z.string().optional(),
  stage: z.string(),
  hash: z.string(),
  config: z.unknown(),
  inputs: z.record(z.string(), z.string()),
  library: z.string(),
  code: z.string(),
  seed: z.number(),
  seconds: z.number(),
  finished: z.string(),
  checksums: z.record(z.string(), z.string()),
});

/** The bytes of `manifest.json`, with their own checksum in them. */
export function encodeManifest(manifest: Manifest): Buffer {
  const bytes = Buffer.from(`${JSON.stringify({ sha256: UNSEALED, ...manifest }, null, 2)}\n`);
  seal([bytes], HEAD.length);
  return bytes;
}

/**
 * Read a manifest and hold it to the key that was asked for.
 *
 * @throws Error that says what is wrong with it, as the rest of a sentence that begins with the file's name
 */
export function checkManifest(bytes: Buffer, key: StageKey): Manifest {
  const manifest = parseManifest(bytes);
  if (manifest === undefined) throw new Error("is no manifest of a finished stage");
  if (!isOwnChecksum(bytes)) throw new Error("was changed: it does not have the checksum that it states");
  const wanted = stageHash(key);
  if (stageHash(manifest) !== wanted || manifest.hash !== wanted)
    throw new Error(`is of another result: the stage "${manifest.stage}", ${manifest.hash}`);
  return manifest;
}

/** A manifest, or undefined where the bytes are none; whether it is right is not looked at. */
export function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    const { sha256: _own, ...manifest } = schema.parse(parseStrictJson(bytes));
    return manifest as Manifest;
  } catch {
    return undefined;
  }
}

/** Whether a manifest that belongs to a folder of this name and stage is whole; one of an earlier version has no checksum of its own. */
export function isWholeManifest(bytes: Buffer, manifest: Manifest, stage: string, hash: string): boolean {
  const earlier = !bytes.includes('"sha256"');
  const named = manifest.stage === stage && manifest.hash === hash && stageHash(manifest) === hash;
  return named && (earlier || isOwnChecksum(bytes));
}

const isOwnChecksum = (bytes: Buffer): boolean =>
  bytes.subarray(0, HEAD.length).equals(HEAD) && isSealed(bytes, HEAD.length);

const FIELDS = Object.keys(schema.shape);

/** Whether damaged bytes were once a manifest of ours: they begin like one, or still name most of its fields. */
export function resemblesManifest(bytes: Buffer): boolean {
  const text = bytes.toString("utf8");
  return /^\{\s*"(stage|sha256)"\s*:/.test(text) || FIELDS.filter((field) => text.includes(`"${field}":`)).length > 5;
}
