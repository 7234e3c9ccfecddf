// Where everything lies, read once on every thread; the words' order is that of `kernels/catalogue.ts`.

export let width: i32 = 0;
/** Items of the catalogue. */
export let n: i32 = 0;
export let blocks: i32 = 0;
/** Length of a list. */
export let k: i32 = 0;
/** Whether items have biases. */
export let biased: i32 = 0;
/** Row bytes of a user and of an item. */
export let rowBytes: usize = 0;
/** [tiles, width, 8] factors, eight items side by side, in the order in which they are looked at */
export let tiles: usize = 0;
/** [tiles, 8] biases, −∞ beyond the last item */
export let tileBias: usize = 0;
/** [tiles, 8] item rows, −1 beyond the last */
export let order: usize = 0;
/** [blocks, 2] doubles: largest norm and largest bias in this block and all after it */
export let bounds: usize = 0;
/** [n, width] factors by item row */
export let items: usize = 0;
/** [n] biases by item row */
export let itemBias: usize = 0;
/** [rows, width] factors of the rows that are ranked now */
export let users: usize = 0;
/** [rows] */
export let userBias: usize = 0;
/** [rows] doubles */
export let norms: usize = 0;
/** [rows] doubles: what single precision and rounding may amount to in a score of the row */
export let slack: usize = 0;
/** [rows] each, from where to where their items lie in `masked`, ascending: what may not be listed or counted; rows may share them */
export let maskStart: usize = 0;
export let maskEnd: usize = 0;
export let masked: usize = 0;
/** [rows] floats: a score in single precision below this is of no interest */
export let cut: usize = 0;
/** [rows] floats: one above this is above the target for certain */
export let sure: usize = 0;
/** [rows] rows that are not done, by task */
export let open: usize = 0;
/** [rows, k] lists, best first, and how long they are */
export let listItems: usize = 0;
export let listScores: usize = 0;
export let listSize: usize = 0;
/** [rows] target items, and their scores */
export let target: usize = 0;
export let targetScore: usize = 0;
/** [rows, 2] items above the target, and at least as high */
export let counts: usize = 0;
/** [threads, 4, 8] scores of a tile */
export let scratch: usize = 0;

/** Read the plan at `at`. */
export function readPlan(at: usize): void {
  width = load<i32>(at);
  n = load<i32>(at, 4);
  blocks = load<i32>(at, 8);
  k = load<i32>(at, 12);
  biased = load<i32>(at, 16);
  rowBytes = (<usize>width) << 2;
  tiles = load<u32>(at, 20);
  tileBias = load<u32>(at, 24);
  order = load<u32>(at, 28);
  bounds = load<u32>(at, 32);
  items = load<u32>(at, 36);
  itemBias = load<u32>(at, 40);
  users = load<u32>(at, 44);
  userBias = load<u32>(at, 48);
  norms = load<u32>(at, 52);
  slack = load<u32>(at, 56);
  maskStart = load<u32>(at, 60);
  maskEnd = load<u32>(at, 64);
  masked = load<u32>(at, 68);
  cut = load<u32>(at, 72);
  sure = load<u32>(at, 76);
  open = load<u32>(at, 80);
  listItems = load<u32>(at, 84);
  listScores = load<u32>(at, 88);
  listSize = load<u32>(at, 92);
  target = load<u32>(at, 96);
  targetScore = load<u32>(at, 100);
  counts = load<u32>(at, 104);
  scratch = load<u32>(at, 108);
}
