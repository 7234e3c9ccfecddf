import { availableParallelism } from "node:os";
import { requireInput } from "../base/errors";
import { quote } from "../base/quote";

/** Most threads that are taken unasked: the kernels' work is bound by memory beyond this. */
const MOST_UNASKED = 8;

/**
 * Threads that kernels use: the environment variable `MSAE_THREADS`, else as many as the machine has, up to eight. Results
 * do not depend on it.
 *
 * @throws InputError when `MSAE_THREADS` is no whole number from 1 to 64
 */
export function threadCount(): number {
  const setting = process.env.MSAE_THREADS;
  if (setting === undefined || setting === "") return Math.min(MOST_UNASKED, availableParallelism());
  const threads = Number(setting);
  requireInput(
    Number.isInteger(threads) && threads >= 1 && threads <= 64,
    `MSAE_THREADS is ${quote(setting)}: give a whole number of threads from 1 to 64, or leave it unset.`,
  );
  return threads;
}
