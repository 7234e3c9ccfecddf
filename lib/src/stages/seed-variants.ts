import { seedOfRun } from "./run-seed";
import { split } from "./split";
import { alone, type Needs, type Values, type Variants, variants } from "./stage";

/** Something of each further seed's run. @param needs stages by the names that their results shall have */
export function seedVariants<N extends Needs>(needs: N): Variants<Values<N>> {
  return variants({
    count: (config) => config.seeds.runs - 1,
    config: (config, run) => alone(config, seedOfRun(config.seed, run + 1)),
    replaced: () => [[split, split]],
    needs,
  });
}
