import { requireInput } from "../base/errors";
import { quote } from "../base/quote";
import type { Architecture, TrainingConfig } from "./architecture";
import * as library from "./architectures";

const known = new Map<string, Architecture>(Object.values(library).map((one: Architecture) => [one.name, one]));

/** Every architecture that is known, the library's first. */
export const architectures = (): Architecture[] => [...known.values()];

/**
 * Make an architecture known from outside the library: settings, weights, stages and the card find it by its name from then on. Kept
 * results know it by its name alone, so a changed one needs another name.
 *
 * @returns a function that forgets it again
 * @throws InputError when the name is taken
 */
export function registerArchitecture<C extends TrainingConfig>(architecture: Architecture<C>): () => void {
  const { name } = architecture;
  requireInput(!known.has(name), `There is an architecture ${quote(name)} already: give the new one another name.`);
  known.set(name, architecture);
  return () => void known.delete(name);
}

/** The architecture of this name. @throws InputError when there is none, with those that there are */
export function architectureOf(name: string): Architecture {
  const found = known.get(name);
  requireInput(
    found !== undefined,
    `There is no architecture ${quote(name)}: the known ones are ${[...known.keys()].join(", ")}.`,
  );
  return found;
}
