import { drawUsers } from "../data/sample-users";
import { listDiversity as diversityOf, type ListDiversity } from "../metrics/list-diversity";
import { topLists } from "../metrics/top-k";
import { withoutBiases } from "../mf/factor-parts";
import { popularityFactors } from "../mf/popularity";
import { factors } from "./factors";
import { split } from "./split";
import { defineStage, type Stage } from "./stage";

/** Users whose lists are compared, and the length of a list. */
const [USERS, LENGTH] = [200, 10];

/** Whose lists: the factors', theirs without the biases, or the same best-sellers for everyone. */
export interface DiversityOptions {
  of?: "factors" | "factors alone" | "popularity";
}

/** How alike the top-10 lists of different users are. */
export const listDiversity: Stage<ListDiversity, DiversityOptions> = defineStage({
  name: "list-diversity",
  phase: "lists of different users",
  needs: { split, factors },
  settings: (_config, _inputs, options: DiversityOptions = {}) => ({
    of: options.of ?? "factors",
    ...{ users: USERS, k: LENGTH },
  }),
  async compute({ split, factors }, { settings, seed, onProgress }) {
    const { users: userIds, items: itemIds, train } = split;
    const recommenders = {
      factors: () => factors,
      "factors alone": () => withoutBiases(factors),
      popularity: () => popularityFactors({ users: userIds, items: itemIds, csr: train }),
    };
    const users = drawUsers(train, settings.users, seed);
    const { items } = await topLists(recommenders[settings.of](), users, settings.k, train, { onProgress });
    const lists = Array.from(users, (_, user) =>
      items.subarray(user * settings.k, (user + 1) * settings.k).filter((item) => item >= 0),
    );
    return diversityOf(lists, { seed });
  },
});
