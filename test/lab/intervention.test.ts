import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import { drawUsers } from "../../lib/src/data/sample-users";
import { listsAt } from "../../lib/src/interventions/response";
import { latentDial } from "../../lib/src/interventions/scale";
import { openLab } from "../../lib/src/lab/lab";
import { halfOf } from "../../lib/src/metrics/half-split";
import { allClose } from "../oracle";

const runs = mkdtempSync(join(tmpdir(), "intervention-"));
test.after(() => rmSync(runs, { recursive: true, force: true }));

test("an intervention's shares are of half B's items, on which no latent was chosen", async () => {
  const lab = await openLab({ runs, set: { "sae.epochs": 4, "sae.minSteps": 0, "mf.iterations": 2 } });
  const { points } = await lab.intervention({ latents: [1, 2], alphas: [4], users: 5, k: 30, controls: 0 });
  const [{ train }, factors, { weights }] = [await lab.split(), await lab.factors(), await lab.sae()];
  const { tags } = await lab.axis();
  const users = drawUsers(train, 5, lab.config.seed);
  const lists = listsAt({ factors, train, users, k: 30 }, latentDial(weights, factors, [1, 2]), 4);
  const shares = lists.map((list) => {
    const own = list.filter((item) => halfOf(factors.itemIds[item]) === "B");
    return own.filter((item) => tags[item] === "women").length / own.length;
  });
  allClose([points[0].shares.women], [shares.reduce((sum, share) => sum + share, 0) / 5], 1e-12);
});

test.run();
