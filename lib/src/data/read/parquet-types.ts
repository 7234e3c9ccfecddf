import type { FieldType, StructType } from "../../formats/thrift";

/*
 * Parquet's structs as its definition has them (parquet.thrift), as far as they are looked at.
 */

type Fields = StructType["fields"];
const struct = <F extends Fields>(fields: F): { fields: F } => ({ fields });
const list = (type: FieldType) => ({ list: type });

const LOGICAL_TYPE = struct({
  5: ["decimal", struct({ 1: ["scale", "i32", "required"], 2: ["precision", "i32", "required"] })],
  7: ["time", struct({ 1: ["utc", "bool", "required"], 2: ["unit", "struct", "required"] })],
  8: ["timestamp", struct({ 1: ["utc", "bool", "required"], 2: ["unit", "struct", "required"] })],
  10: ["integer", struct({ 1: ["bits", "i8", "required"], 2: ["signed", "bool", "required"] })],
});

const SCHEMA_ELEMENT = struct({
  1: ["type", "i32"],
  2: ["typeLength", "i32"],
  3: ["repetition", "i32"],
  4: ["name", "bytes", "required"],
  5: ["children", "i32"],
  6: ["convertedType", "i32"],
  7: ["scale", "i32"],
  8: ["precision", "i32"],
  9: ["fieldId", "i32"],
  10: ["logicalType", LOGICAL_TYPE],
});

const KEY_VALUE = struct({ 1: ["key", "bytes", "required"], 2: ["value", "bytes"] });

const STATISTICS = struct({
  1: ["max", "bytes"],
  2: ["min", "bytes"],
  3: ["nulls", "i64"],
  4: ["distinct", "i64"],
  5: ["maxValue", "bytes"],
  6: ["minValue", "bytes"],
  7: ["maxExact", "bool"],
  8: ["minExact", "bool"],
});

const COLUMN_META_DATA = struct({
  1: ["type", "i32", "required"],
  2: ["encodings", list("i32"), "required"],
  3: ["path", list("bytes"), "required"],
  4: ["codec", "i32", "required"],
  5: ["values", "i64", "required"],
  6: ["uncompressedBytes", "i64", "required"],
  7: ["compressedBytes", "i64", "required"],
  8: ["keyValues", list(KEY_VALUE)],
  9: ["dataOffset", "i64", "required"],
  10: ["indexOffset", "i64"],
  11: ["dictionaryOffset", "i64"],
  12: ["statistics", STATISTICS],
  13: [
    "encodingStats",
    list(
      struct({ 1: ["page", "i32", "required"], 2: ["encoding", "i32", "required"], 3: ["count", "i32", "required"] }),
    ),
  ],
  14: ["bloomOffset", "i64"],
  15: ["bloomLength", "i32"],
});

const COLUMN_CHUNK = struct({
  1: ["file", "bytes"],
  2: ["fileOffset", "i64", "required"],
  3: ["metaData", COLUMN_META_DATA],
  4: ["offsetIndexOffset", "i64"],
  5: ["offsetIndexLength", "i32"],
  6: ["columnIndexOffset", "i64"],
  7: ["columnIndexLength", "i32"],
  8: ["crypto", "struct"],
  9: ["encryptedMetaData", "bytes"],
});

const ROW_GROUP = struct({
  1: ["columns", list(COLUMN_CHUNK), "required"],
  2: ["bytes", "i64", "required"],
  3: ["rows", "i64", "required"],
  4: [
    "sorting",
    list(
      struct({
        1: ["column", "i32", "required"],
        2: ["descending", "bool", "required"],
        3: ["nulls", "bool", "required"],
      }),
    ),
  ],
  5: ["fileOffset", "i64"],
  6: ["compressedBytes", "i64"],
  7: ["ordinal", "i16"],
});

export const FILE_META_DATA: StructType = struct({
  1: ["version", "i32", "required"],
  2: ["schema", list(SCHEMA_ELEMENT), "required"],
  3: ["rows", "i64", "required"],
  4: ["rowGroups", list(ROW_GROUP), "required"],
  5: ["keyValues", list(KEY_VALUE)],
  6: ["createdBy", "bytes"],
  7: ["columnOrders", list("struct")],
  8: ["encryption", "struct"],
  9: ["signingKey", "bytes"],
});

export const PAGE_HEADER: StructType = struct({
  1: ["type", "i32", "required"],
  2: ["uncompressed", "i32", "required"],
  3: ["compressed", "i32", "required"],
  4: ["crc", "i32"],
  5: [
    "data",
    struct({
      1: ["values", "i32", "required"],
      2: ["encoding", "i32", "required"],
      3: ["definitionEncoding", "i32", "required"],
      4: ["repetitionEncoding", "i32", "required"],
      5: ["statistics", STATISTICS],
    }),
  ],
  6: ["index", "struct"],
  7: [
    "dictionary",
    struct({ 1: ["values", "i32", "required"], 2: ["encoding", "i32", "required"], 3: ["sorted", "bool"] }),
  ],
  8: [
    "dataV2",
    struct({
      1: ["values", "i32", "required"],
      2: ["nulls", "i32", "required"],
      3: ["rows", "i32", "required"],
      4: ["encoding", "i32", "required"],
      5: ["definitionBytes", "i32", "required"],
      6: ["repetitionBytes", "i32", "required"],
      7: ["compressed", "bool"],
      8: ["statistics", STATISTICS],
    }),
  ],
});

/** One column of one row group, as the footer describes it. */
export interface ColumnChunk {
  /** The names from the top of the schema down. */
  path: string[];
  /** Number of the row group, from 1. */
  rowGroup: number;
  codec: number;
  /** Values with nulls; with every entry of lists. */
  values: number;
  /** Its bytes in the file. */
  start: number;
  end: number;
  /** Highest definition and repetition level: how many parts of the path may lack, and are repeated. */
  maxDefinition: number;
  maxRepetition: number;
}
