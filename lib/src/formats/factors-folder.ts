import { isUtf8 } from "node:buffer";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError, requireInput } from "../base/errors";
import { requireFile } from "../base/input-file";
import { quote, shown } from "../base/quote";
import { between, described } from "../base/settings";
import { checkFactors } from "../records/check-factors";
import type { Factors } from "../records/factors";
import { decodeSafetensors, type Tensor } from "./safetensors";

/** Share of the data's users, or items, that may have no row in factors: more of them are no gap but other ids. */
export const MAX_MISSING = 0.5;

/** Settings of factors that were fitted elsewhere, by name: {@link givenSettings} describes each. */
export type GivenShape = { folder: z.ZodString; maxMissing: z.ZodOptional<z.ZodNumber> };

/** Each setting of factors that were fitted elsewhere. */
export const givenSettings: z.ZodObject<GivenShape> = z.object({
  folder: described(
    z
      .string({ error: ({ path = [] }) => `${path.join(".")} is missing: name the folder of the factors.` })
      .min(1, { error: ({ path = [] }) => `${path.join(".")} is empty: name the folder of the factors.` }),
    {
      meaning: "Folder of factors that were fitted elsewhere: factors.safetensors, users.txt and items.txt.",
      ...{ unit: "folder", default: undefined, source: "yours" },
    },
  ),
  maxMissing: described(between(0, 1).optional(), {
    meaning: "Greatest share of the data's users, or items, that may have no row in the factors.",
    ...{ unit: "share", default: MAX_MISSING, source: "ours" },
  }),
});

/** The files of a folder of factors. */
export const FACTOR_FILES = ["factors.safetensors", "users.txt", "items.txt"] as const;

/**
 * Read factors that were fitted elsewhere: `factors.safetensors` with `users` [U, d] and `items` [I, d] (and `userBias` [U],
 * `itemBias` [I] if the model has them), `users.txt` and `items.txt` with the id of each row, one a line, in UTF-8. Half and double
 * precision are read as well; other tensors may stand beside these.
 *
 * @throws InputError that names the file (and line) when one is missing, a shape does not fit, an id is empty or comes twice, or
 *   a value is not finite
 */
export function readFactorsFolder(folder: string): Factors {
  requireFactorFiles(folder);
  const [file, userFile, itemFile] = FACTOR_FILES.map((name) => join(folder, name));
  const { tensors, unread } = decodeSafetensors(readGiven(file), file);
  const [userIds, itemIds] = [readIds(userFile), readIds(itemFile)];
  for (const name of ["users", "items", "userBias", "itemBias"])
    requireInput(
      unread[name] === undefined,
      `${file} holds ${name} of type ${unread[name]}, which is not read here: save it as float32, or as float16 or float64.`,
    );
  const users = matrix(tensors.users, "users", userIds.length, file, userFile);
  const items = matrix(tensors.items, "items", itemIds.length, file, itemFile);
  const d = tensors.users.shape[1];
  requireInput(
    tensors.items.shape[1] === d,
    `${file} holds users of width ${d} and items of width ${tensors.items.shape[1]}: both need the same.`,
  );
  const bias = (name: "userBias" | "itemBias", n: number): Partial<Factors> => {
    const tensor = tensors[name];
    if (tensor === undefined) return {};
    requireInput(
      tensor.data.length === n,
      `${file} holds ${tensor.data.length} values of ${name} for ${n} ids: give each id one.`,
    );
    return { [name]: Float32Array.from(tensor.data) };
  };
  const factors: Factors = {
    ...{ d, users, items },
    ...bias("userBias", userIds.length),
    ...bias("itemBias", itemIds.length),
    ...{ userIds, itemIds, config: { kind: "given" } },
  };
  checkFactors(factors);
  return factors;
}

/** @throws InputError where one of the files is missing, or is no file */
export function requireFactorFiles(folder: string): void {
  for (const name of FACTOR_FILES) {
    const path = join(folder, name);
    requireInput(existsSync(path), `${path} is missing: a folder of factors holds ${FACTOR_FILES.join(", ")}.`);
    requireFile(path, "The file of factors");
  }
}

function matrix(tensor: Tensor | undefined, name: string, n: number, file: string, idFile: string): Float32Array {
  requireInput(tensor !== undefined, `${file} holds no tensor ${quote(name)}: expected [${name}, d].`);
  const { shape, data } = tensor;
  requireInput(
    shape.length === 2 && shape[0] === n && shape[1] >= 1,
    `${file} holds ${name} of shape [${shape}], and ${idFile} has ${n} ids: expected [${n}, d].`,
  );
  return Float32Array.from(data);
}

/**
 * The ids of a file, one a line, as they stand there: only a byte-order mark before the first and the lines' ends, \n or \r\n, are no
 * part of them. Ids that differ in any byte are two ids: by a space at the end, or by how an accent is written.
 */
function readIds(file: string): string[] {
  const bytes = readGiven(file);
  requireInput(
    isUtf8(bytes),
    `${file}, line ${lineOfBadByte(bytes)} holds bytes that are not UTF-8: write the ids with encoding="utf-8".`,
  );
  // The decoder drops a byte-order mark at the start.
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  if (lines[lines.length - 1] === "") lines.pop();
  const lineOf = new Map<string, number>();
  lines.forEach((id, index) => {
    requireInput(id.trim() !== "", `${file}, line ${index + 1} is blank: expected the id of row ${index}.`);
    requireInput(
      !id.includes("\uFEFF"),
      `${file}, line ${index + 1} holds a byte-order mark within the id ${quote(id)}: files were joined that each had one, so write the ids anew.`,
    );
    requireInput(
      !id.includes("\0"),
      `${file}, line ${index + 1} holds a NUL character: it is no text of ids, so write it again.`,
    );
    if (lineOf.has(id))
      throw new InputError(
        `${file}, line ${index + 1} repeats the id ${quote(id)} of line ${lineOf.get(id)}: ids are unique.`,
      );
    lineOf.set(id, index + 1);
  });
  return lines;
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let offset = 0; offset < bytes.length; line++) {
    const end = bytes.indexOf(10, offset);
    if (!isUtf8(bytes.subarray(offset, end < 0 ? bytes.length : end))) return line;
    offset = end < 0 ? bytes.length : end + 1;
  }
  return line;
}

/** A file's content. @throws InputError when it cannot be read, or is longer than one array holds */
function readGiven(file: string): Buffer {
  try {
    requireInput(statSync(file).isFile(), `${file} is a folder or a device: expected a file.`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(`${file} cannot be read (${code ?? message}): check its permissions, or write it again.`);
  }
}

/** Factors brought to the rows of other ids, and how many ids found none. */
export interface JoinedFactors {
  factors: Factors;
  /** Users and items of the data that the factors do not hold: their rows are zero, as for one without a train interaction. */
  missing: { users: number; items: number };
}

/**
 * Bring factors to the rows of `userIds` and `itemIds`, by id.
 *
 * @param maxMissing greatest share of either that may have no row
 * @throws InputError, with counts and three ids of each, when no user or no item is in both, or more than that share is missing
 */
export function joinFactors(
  factors: Factors,
  userIds: string[],
  itemIds: string[],
  maxMissing: number = MAX_MISSING,
): JoinedFactors {
  const { d } = factors;
  const users = rowsById(factors.users, factors.userBias, d, factors.userIds, userIds, "users", maxMissing);
  const items = rowsById(factors.items, factors.itemBias, d, factors.itemIds, itemIds, "items", maxMissing);
  return {
    factors: {
      ...{ d, users: users.rows, items: items.rows },
      ...(users.bias ? { userBias: users.bias } : {}),
      ...(items.bias ? { itemBias: items.bias } : {}),
      ...{ userIds, itemIds, config: factors.config },
    },
    missing: { users: users.missing, items: items.missing },
  };
}

function rowsById(
  rows: Float32Array,
  bias: Float32Array | undefined,
  d: number,
  from: readonly string[],
  to: readonly string[],
  what: string,
  maxMissing: number,
): { rows: Float32Array; bias?: Float32Array; missing: number } {
  const rowOf = new Map(from.map((id, row) => [id, row]));
  const out = new Float32Array(to.length * d);
  const outBias = bias && new Float32Array(to.length);
  const without: string[] = [];
  to.forEach((id, index) => {
    const row = rowOf.get(id);
    if (row === undefined) {
      without.push(id);
      return;
    }
    out.set(rows.subarray(row * d, (row + 1) * d), index * d);
    if (bias && outBias) outBias[index] = bias[row];
  });
  const three = (ids: readonly string[]): string => ids.slice(0, 3).map(shown).join(", ");
  const missing = without.length;
  requireInput(
    missing < to.length,
    `The factors and the data have no ${what} in common: the factors have ${three(from)}, the data ${three(to)}.`,
  );
  const known = new Set(to);
  const unused = (): string[] => from.filter((id) => !known.has(id));
  requireInput(
    missing <= maxMissing * to.length,
    `The factors have no row for ${missing} of the data's ${to.length} ${what} (such as ${three(without)}), and ${unused().length} of their own ${from.length} are not in the data${unused().length > 0 ? ` (such as ${three(unused())})` : ""}: at most a share of ${maxMissing} may be missing, so check that ids are written alike on both sides, or allow more with --set mf.maxMissing=….`,
  );
  return { rows: out, ...(outBias ? { bias: outBias } : {}), missing };
}
