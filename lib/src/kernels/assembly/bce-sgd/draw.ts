// The pairs of an epoch: every positive and one negative for each. A pair gets a random bucket, and each bucket is shuffled in
// the cache: together that is a uniform permutation. Or the bucket is a block: the pairs of a sixteenth of the users with a
// sixteenth of the items, the parts drawn anew each epoch. Sixteen blocks that follow each other share no user and no item.
import { below, bits, startStream } from "../common/random";
import * as p from "./plan";

/** Buckets of the shuffle; a byte holds one. */
export const BUCKETS: i32 = 256;

/** Blocks that can be trained on at once: those of bucket n · PARTS and on. */
export const PARTS: i32 = 16;

/** Draw negatives and buckets for users `from` to `to`, and count the buckets; a bucket is a block if `blocks`. */
export function draw(task: i32, from: i32, to: i32, high: i32, low: i32, blocks: i32): void {
  startStream(high, low, task);
  const counts = p.places + ((<usize>task) << 10);
  memory.fill(counts, 0, BUCKETS << 2);
  for (let user = from; user < to; user++) {
    const start = load<i32>(p.indptr + ((<usize>user) << 2));
    const end = load<i32>(p.indptr + ((<usize>user) << 2), 4);
    for (let at = start; at < end; at++) {
      let item = <i32>below(p.cols);
      while (holds(start, end, item)) item = <i32>below(p.cols);
      store<i32>(p.negatives + ((<usize>at) << 2), item);
      let both: u32;
      if (blocks) {
        const part = partOf(user, high);
        const positive = load<i32>(p.indices + ((<usize>at) << 2));
        both = blockOf(part, partOf(positive, low)) | (blockOf(part, partOf(item, low)) << 8);
      } else both = <u32>(bits() >> 48);
      store<u16>(p.buckets + ((<usize>at) << 1), both);
      tally(counts + ((both & 255) << 2));
      tally(counts + ((both >> 8) << 2));
    }
  }
}

/** Which sixteenth of its side a row belongs to this epoch. */
// @ts-ignore: decorator
@inline
function partOf(row: i32, word: i32): u32 {
  return ((<u32>row ^ <u32>word) * 0x9e3779b1) >> 28;
}

/** The block of a part of the users and a part of the items. */
// @ts-ignore: decorator
@inline
function blockOf(users: u32, items: u32): u32 {
  return (((items - users) & 15) << 4) | users;
}

// @ts-ignore: decorator
@inline
function tally(at: usize): void {
  store<i32>(at, load<i32>(at) + 1);
}

/** Whether the user whose positives are `start` to `end` took an item. */
function holds(start: i32, end: i32, item: i32): bool {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<i32>(p.indices + ((<usize>middle) << 2)) < item) low = middle + 1;
    else high = middle;
  }
  return low < end && load<i32>(p.indices + ((<usize>low) << 2)) == item;
}

/** From how many pairs each task has in each bucket to where they go. */
export function place(tasks: i32): void {
  let next = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    store<i32>(p.starts + ((<usize>bucket) << 2), next);
    for (let task = 0; task < tasks; task++) {
      const at = p.places + ((<usize>task) << 10) + ((<usize>bucket) << 2);
      const count = load<i32>(at);
      store<i32>(at, next);
      next += count;
    }
  }
  store<i32>(p.starts + ((<usize>BUCKETS) << 2), next);
}

/** Put the pairs of users `from` to `to` into their buckets. */
export function scatter(task: i32, from: i32, to: i32): void {
  const places = p.places + ((<usize>task) << 10);
  for (let user = from; user < to; user++) {
    const end = load<i32>(p.indptr + ((<usize>user) << 2), 4);
    for (let at = load<i32>(p.indptr + ((<usize>user) << 2)); at < end; at++) {
      const bucket = p.buckets + ((<usize>at) << 1);
      put(places, load<u8>(bucket), user, (load<i32>(p.indices + ((<usize>at) << 2)) << 1) | 1);
      put(places, load<u8>(bucket, 1), user, load<i32>(p.negatives + ((<usize>at) << 2)) << 1);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(places: usize, bucket: u8, user: i32, itemAndLabel: i32): void {
  const at = places + ((<usize>bucket) << 2);
  const pair = load<i32>(at);
  store<i32>(at, pair + 1);
  store<i64>(p.pairs + ((<usize>pair) << 3), ((<i64>itemAndLabel) << 32) | <i64>user);
}

/** Fisher and Yates within a bucket. */
export function shuffle(bucket: i32, high: i32, low: i32): void {
  startStream(high, low, -1 - bucket);
  const start = load<i32>(p.starts + ((<usize>bucket) << 2));
  for (let at = load<i32>(p.starts + ((<usize>bucket) << 2), 4) - 1; at > start; at--) {
    const one = p.pairs + ((<usize>at) << 3);
    const other = p.pairs + ((<usize>(start + <i32>below(at - start + 1))) << 3);
    const held = load<i64>(one);
    store<i64>(one, load<i64>(other));
    store<i64>(other, held);
  }
}
