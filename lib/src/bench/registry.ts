import { bceSgd } from "./bce-sgd";
import type { Benchmark } from "./benchmark";
import { ials } from "./ials";
import { ingest } from "./ingest";
import { msaeNative, msaeStep, msaeWide } from "./msae";
import { topK } from "./top-k";

/** All benchmarks, in the order in which they are run. */
export const BENCHMARKS: readonly Benchmark[] = [msaeStep, msaeWide, msaeNative, ials, bceSgd, topK, ingest];
