import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import type { Architecture } from "./architecture";
import { BACKENDS, type EngineName, FUSED, loadTf } from "./backend";
import { architectures } from "./registry";

/**
 * From this many weights on, k · d, TensorFlow's own threads and vectors, where they are built, outrun the kernel's; below it
 * their cost of a call is longer than the kernel's whole step.
 */
const WIDE = 2 ** 17;

/** What a training will run on. */
export interface EngineChoice {
  engine: EngineName;
  /** Why, in words. */
  why: string;
}

/**
 * The engine for a training of this shape: the fused kernel, or tfjs where the kernel does not know the architecture or where
 * the native engine is built and the shape is wide. `MSAE_BACKEND` names one instead.
 *
 * @throws InputError when `MSAE_BACKEND` names none, or one that does not work here
 */
export async function chooseEngine(
  { name, fused }: Pick<Architecture, "name" | "fused">,
  { k, d }: { k: number; d: number },
): Promise<EngineChoice> {
  const wanted = process.env.MSAE_BACKEND;
  const known = fused !== undefined;
  if (wanted === FUSED) {
    requireInput(
      known,
      `MSAE_BACKEND is "fused", which trains ${onKernel().join(" and ")}: for ${quote(name)} choose one of ${BACKENDS.join(", ")}, or leave it unset.`,
    );
    return { engine: FUSED, why: "asked for by MSAE_BACKEND" };
  }
  if (known && !wanted && k * d < WIDE) return { engine: FUSED, why: "the fastest at this shape" };
  const { backend, why } = await loadTf();
  if (wanted || !known || backend === "tfjs-node-gpu") return { engine: backend, why };
  return { engine: FUSED, why: "the fastest where the native engine is not built" };
}

const onKernel = (): string[] =>
  architectures()
    .filter(({ fused }) => fused !== undefined)
    .map(({ name }) => name);
