// Logistic factorization by plain SGD in single precision; its readable twin is `sgdBatch` in `lib/src/mf/bce-sgd.ts`. Pairs
// are drawn and shuffled on all threads; batches are made one after another, since each starts from what the last one left, or
// in blocks that share no user and no item, whose batches then cannot meet.
import { draw, PARTS, place, scatter, shuffle } from "./bce-sgd/draw";
import * as p from "./bce-sgd/plan";
import { sum } from "./common/vectors";

/** Chances that are multiplied before a logarithm is taken: 1e-15 to the 16th is still a double. */
const CHANCES: i32 = 16;

/** Read the plan: once on every thread. */
export function setUp(plan: usize, _thread: i32, _threads: i32): void {
  p.readPlan(plan);
}

/** Negatives and buckets of users `task · size` and on. */
export function drawPairs(size: i32, high: i32, low: i32, blocks: i32, task: i32, _thread: i32): void {
  draw(task, task * size, min(p.rows, (task + 1) * size), high, low, blocks);
}

/** Where the pairs of each of `tasks` tasks go. */
export function placePairs(tasks: i32): void {
  place(tasks);
}

/** The pairs of users `task · size` and on, into their buckets. */
export function scatterPairs(size: i32, task: i32, _thread: i32): void {
  scatter(task, task * size, min(p.rows, (task + 1) * size));
}

/** Shuffle bucket `task`. */
export function shufflePairs(high: i32, low: i32, task: i32, _thread: i32): void {
  shuffle(task, high, low);
}

/** Train on pairs `from` to `to`; the result is the first. */
export function train(from: i32, to: i32, reg: f32, _task: i32, thread: i32): void {
  batches(from, to, reg, p.results, thread);
}

/** Train on the pairs of block `stratum · PARTS + task`; the result has the block's number. */
export function trainBlock(stratum: i32, reg: f32, task: i32, thread: i32): void {
  const block = stratum * PARTS + task;
  const start = p.starts + ((<usize>block) << 2);
  batches(load<i32>(start), load<i32>(start, 4), reg, p.results + <usize>block * 24, thread);
}

/** Train on pairs `from` to `to` in batches. */
function batches(from: i32, to: i32, reg: f32, out: usize, thread: i32): void {
  const space = <usize>thread * <usize>p.batch * p.rowBytes;
  let loss: f64 = 0;
  let touched = 0;
  store<f64>(out, -1, 8);
  for (let at = from; at < to; at += p.batch) {
    const end = min(to, at + p.batch);
    touched += touch(at, end);
    const batchLoss = steps(at, end, reg, space);
    loss += batchLoss;
    if (!(batchLoss < Infinity)) {
      store<f64>(out, <f64>at, 8);
      break;
    }
    apply(at, end, space);
  }
  store<f64>(out, loss);
  store<i32>(out, touched, 16);
}

/**
 * Read a word at either end of a batch's rows, so that the memory fetches many of them at once: one after another, as they
 * are used, takes three times as long. What it gives only keeps the compiler from leaving the reads out.
 */
function touch(from: i32, to: i32): i32 {
  let seen = 0;
  const last = p.rowBytes - 4;
  for (let at = from; at < to; at++) {
    const pair = load<i64>(p.pairs + ((<usize>at) << 3));
    const u = p.users + <usize>(<u32>pair) * p.rowBytes;
    const q = p.items + <usize>(<u32>(pair >> 33)) * p.rowBytes;
    seen ^= load<i32>(u) ^ load<i32>(u + last) ^ load<i32>(q) ^ load<i32>(q + last);
  }
  return seen;
}

/** The steps of a batch from the rows as they are, to the thread's own `space`; gives the sum of log losses. */
function steps(from: i32, to: i32, reg: f32, space: usize): f64 {
  const shrink = f32x4.splat(reg);
  let userStep = p.userSteps + space;
  let itemStep = p.itemSteps + space;
  let loss: f64 = 0;
  let chances: f64 = 1;
  for (let at = from; at < to; at++) {
    const pair = load<i64>(p.pairs + ((<usize>at) << 3));
    const label = <i32>(pair >> 32) & 1;
    const u = p.users + <usize>(<u32>pair) * p.rowBytes;
    const q = p.items + <usize>(<u32>(pair >> 33)) * p.rowBytes;
    let dot = f32x4.splat(0);
    for (let f: usize = 0; f < p.rowBytes; f += 16) dot = f32x4.add(dot, f32x4.mul(v128.load(u + f), v128.load(q + f)));
    const score = <f64>sum(dot);
    const error = <f64>label - 1 / (1 + Math.exp(-score));
    const chance = 1 - Math.abs(error);
    // A comparison that NaN fails, so that it reaches the loss.
    chances *= chance <= 1e-15 ? 1e-15 : chance;
    if (((at - from) & (CHANCES - 1)) == CHANCES - 1) {
      loss -= Math.log(chances);
      chances = 1;
    }
    const e = f32x4.splat(<f32>error);
    for (let f: usize = 0; f < p.rowBytes; f += 16) {
      const own = v128.load(u + f);
      const other = v128.load(q + f);
      const up = f32x4.sub(f32x4.mul(e, other), f32x4.mul(shrink, own));
      const down = f32x4.sub(f32x4.mul(e, own), f32x4.mul(shrink, other));
      v128.store(userStep + f, f32x4.mul(v128.load(p.rateOfUser + f), up));
      v128.store(itemStep + f, f32x4.mul(v128.load(p.rateOfItem + f), down));
    }
    userStep += p.rowBytes;
    itemStep += p.rowBytes;
  }
  return loss - Math.log(chances);
}

/** Add the steps of a batch, pair by pair. */
function apply(from: i32, to: i32, space: usize): void {
  let userStep = p.userSteps + space;
  let itemStep = p.itemSteps + space;
  for (let at = from; at < to; at++) {
    const pair = load<i64>(p.pairs + ((<usize>at) << 3));
    const u = p.users + <usize>(<u32>pair) * p.rowBytes;
    const q = p.items + <usize>(<u32>(pair >> 33)) * p.rowBytes;
    for (let f: usize = 0; f < p.rowBytes; f += 16) {
      v128.store(u + f, f32x4.add(v128.load(u + f), v128.load(userStep + f)));
      v128.store(q + f, f32x4.add(v128.load(q + f), v128.load(itemStep + f)));
    }
    userStep += p.rowBytes;
    itemStep += p.rowBytes;
  }
}
