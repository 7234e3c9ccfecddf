import type { Csr } from "./interactions";

/** Item metadata, one row an item, joined to everything else by `ids` and never by position. */
export interface Items {
  /** [items] */
  ids: string[];
  /** [items], empty string where unknown; absent where the source has none */
  titles?: string[];
  /** [items], empty string where unknown; absent where the source has none */
  stores?: string[];
  /** Columns of the metadata that were asked for, by name: [items] each, empty string where unknown. */
  attributes?: Record<string, string[]>;
  /** Names of the categories that were kept, the columns of `categories`. */
  categoryNames: string[];
  /** Multi-hot item × category matrix, rows as `ids`, columns as `categoryNames`. */
  categories: Csr;
}
