/** All cells; what every user's draw goes through lies in flat arrays, which at full size is ten times as fast. */
export interface Cells {
  list: Cell[];
  /** [cells] each */
  paths: Int32Array;
  styleSets: Int32Array;
  popularity: Float64Array;
}

/** Items of one path and one set of styles: a user's taste for them is the same, only popularity tells them apart. */
export interface Cell {
  path: number;
  styleSet: number;
  items: Int32Array;
  /** [items + 1] running popularity, 0 first */
  running: Float64Array;
}
