export type { Csr, Interactions } from "./data/interactions";
export type { Items } from "./data/items";
export * from "./errors";
export type { Factors } from "./mf/factors";
export type { OnProgress, Progress } from "./progress";
export type { Latents, SaeWeights } from "./sae/weights";
