import { isUtf8 } from "node:buffer";
import { quote } from "../../base/quote";
import { readThrift, ThriftError, type ThriftStruct } from "../../formats/thrift";
import { type ColumnChunk, FILE_META_DATA } from "./parquet-types";

/** Why a Parquet file is not whole, in words that go on a sentence. */
export class NotWhole extends Error {}

const MARK = "PAR1";
/** The footer's length and the mark end the file. */
const END_BYTES = 8;
/** Older writers than this left the dictionary page's header out of the stated size; so many bytes are allowed for it. */
const SHORT_BY_A_HEADER = /^parquet-mr version 1\.([01]\.|2\.[0-8]\b)/;
const LONGEST_HEADER = 100;
/** The type that integers of so many bits are kept in. */
const PHYSICAL: Readonly<Record<number, number>> = { 8: 1, 16: 1, 32: 1, 64: 2 };
const [OPTIONAL, REPEATED] = [1, 2];

interface Leaf {
  path: string[];
  /** Number of the physical type. */
  type: number;
  maxDefinition: number;
  maxRepetition: number;
}

/**
 * The column chunks of a Parquet file by its footer.
 *
 * @param read gives bytes of the file from an offset on, all of them or throws
 * @throws NotWhole where the footer breaks off or contradicts itself, or a chunk is outside the file
 */
export function readFooter(size: number, read: (offset: number, length: number) => Buffer): ColumnChunk[] {
  if (size < MARK.length + END_BYTES) throw new NotWhole(`it has ${size} bytes`);
  const end = read(size - END_BYTES, END_BYTES);
  if (end.toString("latin1", 4) !== MARK)
    throw new NotWhole(`it does not end in ${MARK}: it breaks off, or is encrypted`);
  const length = end.readUInt32LE(0);
  const start = size - END_BYTES - length;
  if (start < MARK.length) throw new NotWhole(`its footer is said to have ${length} bytes, and the file has ${size}`);
  const footer = parsed(read(start, length));
  const leaves = leavesOf(footer.schema as ThriftStruct[]);
  const orders = footer.columnOrders as unknown[] | undefined;
  if (orders !== undefined && orders.length !== leaves.length)
    throw new NotWhole(`its footer orders ${orders.length} columns of ${leaves.length}`);
  const groups = footer.rowGroups as ThriftStruct[];
  const rows = groups.reduce((sum, group) => sum + (group.rows as number), 0);
  if (rows !== footer.rows) throw new NotWhole(`its footer counts ${footer.rows} rows, its row groups ${rows}`);
  const slack = SHORT_BY_A_HEADER.test(String(footer.createdBy ?? "")) ? LONGEST_HEADER : 0;
  return groups.flatMap((group, index) => chunksOf(group, index + 1, leaves, start, slack));
}

function parsed(bytes: Buffer): ThriftStruct {
  try {
    const { value, length } = readThrift(bytes, FILE_META_DATA);
    // A signature follows where a footer in plain text describes encrypted columns.
    if (length < bytes.length && value.encryption === undefined)
      throw new ThriftError(`it ends ${bytes.length - length} bytes early`);
    return value;
  } catch (error) {
    if (error instanceof ThriftError) throw new NotWhole(`its footer cannot be read: ${error.message}`);
    throw error;
  }
}

/** The schema is a tree written down depth first; its leaves are the columns. */
function leavesOf(elements: readonly ThriftStruct[]): Leaf[] {
  const leaves: Leaf[] = [];
  let next = 0;
  const visit = (above: Omit<Leaf, "type">, depth: number): void => {
    const element = elements[next++];
    if (element === undefined || depth > elements.length) throw new NotWhole("its schema breaks off");
    if (!isUtf8(element.name as Buffer))
      throw new NotWhole(`the name ${quote(String(element.name))} in its schema is not UTF-8`);
    const repetition = depth === 0 ? 0 : ((element.repetition as number | undefined) ?? 0);
    const own = {
      path: depth === 0 ? [] : [...above.path, String(element.name)],
      maxDefinition: above.maxDefinition + (repetition === OPTIONAL || repetition === REPEATED ? 1 : 0),
      maxRepetition: above.maxRepetition + (repetition === REPEATED ? 1 : 0),
    };
    const bits = integerBits(element);
    if (bits !== undefined && element.type !== PHYSICAL[bits])
      throw new NotWhole(`${quote(String(element.name))} has integers of ${bits} bits in the type ${element.type}`);
    const children = (element.children as number | undefined) ?? 0;
    if (children < 0) throw new NotWhole(`a part of its schema has ${children} parts`);
    if (depth > 0 && element.type !== undefined && children === 0)
      leaves.push({ ...own, type: element.type as number });
    for (let child = 0; child < children; child++) visit(own, depth + 1);
  };
  visit({ path: [], maxDefinition: 0, maxRepetition: 0 }, 0);
  if (next !== elements.length)
    throw new NotWhole(`its schema has ${elements.length} parts, of which ${next} belong to it`);
  return leaves;
}

/** Bits of the integers that an element is said to hold, by its logical type or by the converted type that was before: from 11 on, unsigned then signed. */
function integerBits({ logicalType, convertedType }: ThriftStruct): number | undefined {
  const logical = (logicalType as ThriftStruct | undefined)?.integer as { bits: number } | undefined;
  if (logical !== undefined) return logical.bits;
  const nth = (convertedType as number | undefined) === undefined ? -1 : (convertedType as number) - 11;
  return nth >= 0 && nth < 8 ? [8, 16, 32, 64][nth % 4] : undefined;
}

function chunksOf(
  group: ThriftStruct,
  rowGroup: number,
  leaves: readonly Leaf[],
  footerStart: number,
  slack: number,
): ColumnChunk[] {
  const columns = group.columns as ThriftStruct[];
  const rows = group.rows as number;
  if (columns.length !== leaves.length)
    throw new NotWhole(`row group ${rowGroup} has ${columns.length} columns, the schema ${leaves.length}`);
  return columns.map((column, index) => {
    const what = `column ${index + 1} of row group ${rowGroup}`;
    const found = column.metaData as ThriftStruct | undefined;
    if (found === undefined) throw new NotWhole(`${what} is not described, or is encrypted`);
    const number = (name: string): number => found[name] as number;
    const { path, type, maxDefinition, maxRepetition } = leaves[index];
    if (number("type") !== type) throw new NotWhole(`${what} has the type ${number("type")}, the schema ${type}`);
    const named = (found.path as Buffer[]).map(String);
    if (named.length !== path.length || named.some((name, part) => name !== path[part]))
      throw new NotWhole(`${what} is named ${quote(named.join("."))}, in the schema ${quote(path.join("."))}`);
    const values = number("values");
    if (values < 0 || (maxRepetition === 0 && values !== rows))
      throw new NotWhole(`${what} has ${values} values for ${rows} rows`);
    const dictionary = number("dictionaryOffset");
    const start = dictionary > 0 && dictionary < number("dataOffset") ? dictionary : number("dataOffset");
    const end = start + number("compressedBytes");
    if (values > 0 && !(start >= MARK.length && end > start && end <= footerStart))
      throw new NotWhole(`${what} is said to lie in bytes ${start} to ${end} of ${footerStart}`);
    return {
      path,
      rowGroup,
      codec: number("codec"),
      values,
      start,
      end: Math.min(end + slack, footerStart),
      maxDefinition,
      maxRepetition,
    };
  });
}
