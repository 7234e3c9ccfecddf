// Where everything lies, read once on every thread; the words' order is that of `kernels/bce-sgd.ts`.

/** Users, items, pairs of a batch. */
export let rows: i32 = 0;
export let cols: i32 = 0;
export let batch: i32 = 0;
/** Bytes of a row: its factors, then its own bias and a 1 that meets the other side's bias, padded to a multiple of 4. */
export let rowBytes: usize = 0;
/** [rows + 1] and the users' positives, ascending */
export let indptr: usize = 0;
export let indices: usize = 0;
/** [positives] a negative of each */
export let negatives: usize = 0;
/** [positives, 2] the bucket, or block, of a positive and of its negative */
export let buckets: usize = 0;
/** [tasks, BUCKETS] pairs of a task in each bucket; then where the task's next one goes */
export let places: usize = 0;
/** [BUCKETS + 1] where the pairs of each bucket start */
export let starts: usize = 0;
/** [pairs, 2] user, 2 · item + label */
export let pairs: usize = 0;
/** [rows, width] [cols, width] */
export let users: usize = 0;
export let items: usize = 0;
/** [width] learning rate where a coordinate is learned, 0 for the 1 and the padding */
export let rateOfUser: usize = 0;
export let rateOfItem: usize = 0;
/** [threads, batch, width] what is added to each pair's rows */
export let userSteps: usize = 0;
export let itemSteps: usize = 0;
/** [BUCKETS, 3] in double precision: sum of log losses, the pair in whose batch a loss was no number or −1, and what touching gave */
export let results: usize = 0;

/** Read the plan at `at`. */
export function readPlan(at: usize): void {
  rows = load<i32>(at);
  cols = load<i32>(at, 4);
  batch = load<i32>(at, 8);
  rowBytes = load<u32>(at, 12);
  indptr = load<u32>(at, 16);
  indices = load<u32>(at, 20);
  negatives = load<u32>(at, 24);
  buckets = load<u32>(at, 28);
  places = load<u32>(at, 32);
  starts = load<u32>(at, 36);
  pairs = load<u32>(at, 40);
  users = load<u32>(at, 44);
  items = load<u32>(at, 48);
  rateOfUser = load<u32>(at, 52);
  rateOfItem = load<u32>(at, 56);
  userSteps = load<u32>(at, 60);
  itemSteps = load<u32>(at, 64);
  results = load<u32>(at, 68);
}
