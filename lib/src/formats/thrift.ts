/*
 * A strict reader of Thrift's compact protocol, in which Parquet writes its footer and page headers. The readers on npm that load
 * from CommonJS want code generated from Parquet's definition, and the others take a value that ends outside its bytes.
 */

/** What a field holds: a number of so many bits, bytes, a list, or a struct. A struct of an unnamed shape is passed over. */
export type FieldType =
  | "bool"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "bytes"
  | "struct"
  | StructType
  | { readonly list: FieldType };

/** A struct: its fields by number. Those it does not name are passed over, as newer writers may add some. */
export interface StructType {
  readonly fields: Readonly<Record<number, readonly [name: string, type: FieldType, required?: "required"]>>;
}

/** A value read: i64 come as numbers, and are refused where a number cannot hold them. */
export type ThriftValue = boolean | number | Buffer | ThriftValue[] | ThriftStruct;
export interface ThriftStruct {
  [name: string]: ThriftValue | undefined;
}

/** Why bytes are not what they should be, in words that go on a sentence. */
export class ThriftError extends Error {}
/** The bytes end before the value does; more of them may help. */
export class ThriftEnd extends ThriftError {}

/** The protocol's codes of types. */
const [TRUE, FALSE, I8, I16, I32, I64, DOUBLE, BYTES, LIST, SET, MAP, STRUCT, UUID] = Array.from(
  { length: 13 },
  (_, index) => index + 1,
);
const CODES = { bool: TRUE, i8: I8, i16: I16, i32: I32, i64: I64, bytes: BYTES, struct: STRUCT };
const DEEPEST = 64;
const UNNAMED: StructType = { fields: {} };

/**
 * Read one struct from the start of `bytes`.
 *
 * @returns its fields by name, and how many bytes it takes
 * @throws ThriftEnd where the bytes end within it; ThriftError where a field has another type, or one that is required lacks
 */
export function readThrift(bytes: Buffer, type: StructType): { value: ThriftStruct; length: number } {
  const reader = new Reader(bytes);
  return { value: reader.struct(type, 0), length: reader.offset };
}

class Reader {
  offset = 0;

  constructor(private readonly bytes: Buffer) {}

  struct({ fields }: StructType, depth: number): ThriftStruct {
    if (depth > DEEPEST) throw new ThriftError("structs within structs are too deep");
    const value: ThriftStruct = {};
    for (let id = 0; ; ) {
      const head = this.byte();
      const code = head & 15;
      if (code === 0) break;
      id = head >> 4 ? id + (head >> 4) : this.integer(16);
      const [name, type] = fields[id] ?? [];
      if (name === undefined || type === undefined) {
        this.pass(code, depth);
        continue;
      }
      if (codeOf(type) !== (code === FALSE ? TRUE : code))
        throw new ThriftError(`its field ${name} is of another type`);
      value[name] = type === "bool" ? code === TRUE : this.value(type, depth);
    }
    for (const [name, , required] of Object.values(fields))
      if (required && value[name] === undefined) throw new ThriftError(`its field ${name} is missing`);
    return value;
  }

  private value(type: FieldType, depth: number): ThriftValue {
    if (type === "bytes") return this.take(this.size());
    if (type === "struct") return this.struct(UNNAMED, depth + 1);
    if (type === "bool") return this.byte() === TRUE;
    if (type === "i8") return (this.byte() << 24) >> 24;
    if (typeof type === "string") return this.integer(Number(type.slice(1)));
    if ("fields" in type) return this.struct(type, depth + 1);
    const { code, length } = this.list();
    if (length > 0 && code !== codeOf(type.list) && !(type.list === "bool" && code === FALSE))
      throw new ThriftError("a list in it holds another type");
    return Array.from({ length }, () => this.value(type.list, depth));
  }

  /** Pass over a value of a field that is not named. */
  private pass(code: number, depth: number): void {
    if (code === TRUE || code === FALSE) return;
    if (code === I8) this.take(1);
    else if (code === I16 || code === I32 || code === I64) this.varint();
    else if (code === DOUBLE) this.take(8);
    else if (code === UUID) this.take(16);
    else if (code === BYTES) this.take(this.size());
    else if (code === STRUCT) this.struct(UNNAMED, depth + 1);
    else if (code === LIST || code === SET) {
      const list = this.list();
      for (let left = list.length; left > 0; left--) this.passElement(list.code, depth);
    } else if (code === MAP) {
      const length = this.size();
      const codes = length > 0 ? this.byte() : 0;
      for (let left = length; left > 0; left--) {
        this.passElement(codes >> 4, depth);
        this.passElement(codes & 15, depth);
      }
    } else throw new ThriftError("a field of it has a type that there is not");
  }

  /** As {@link pass}; a truth value takes a byte here, and depth is bounded. */
  private passElement(code: number, depth: number): void {
    if (depth > DEEPEST) throw new ThriftError("lists within lists are too deep");
    if (code === TRUE || code === FALSE) this.take(1);
    else this.pass(code, depth + 1);
  }

  private list(): { code: number; length: number } {
    const head = this.byte();
    const length = head >> 4 === 15 ? this.size() : head >> 4;
    // Each element takes a byte at least.
    if (length > this.bytes.length - this.offset) throw new ThriftEnd("it ends within a list");
    return { code: head & 15, length };
  }

  private size(): number {
    const size = this.varint();
    if (size > 0x7fffffffn) throw new ThriftError("a length in it is out of range");
    return Number(size);
  }

  private integer(bits: number): number {
    const coded = this.varint();
    const value = (coded >> 1n) ^ -(coded & 1n);
    if (BigInt.asIntN(bits, value) !== value) throw new ThriftError(`a number in it does not fit into ${bits} bits`);
    return Number(value);
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new ThriftError("a number in it is too long");
  }

  private byte(): number {
    if (this.offset >= this.bytes.length) throw new ThriftEnd("it ends within a field");
    return this.bytes[this.offset++];
  }

  private take(length: number): Buffer {
    if (length > this.bytes.length - this.offset) throw new ThriftEnd("it ends within a field");
    this.offset += length;
    return this.bytes.subarray(this.offset - length, this.offset);
  }
}

function codeOf(type: FieldType): number {
  if (typeof type === "string") return CODES[type];
  return "fields" in type ? STRUCT : LIST;
}
