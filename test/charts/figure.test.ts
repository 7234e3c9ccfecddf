import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Figure } from "../../lib/src/charts/figure";
import { rankingBars } from "../../lib/src/charts/ranking-bars";
import { renderSvg } from "../../lib/src/lab/render";

test("the title of a ranking says whether the factors beat popularity, and so does its text", () => {
  const rows = [{ model: "factors", metric: "AUC", value: 0.5 }];
  const strong = rankingBars(rows, { weak: false, sentences: ["+0.1"] });
  assert.match(strong.title, /better than popularity\? Yes$/);
  const weak = rankingBars(rows, { weak: true, sentences: ["-0.1 (-0.2 to 0)"] });
  assert.match(weak.title, /^FACTORS TOO WEAK/);
  assert.ok(weak.text.includes("-0.1 (-0.2 to 0)") && JSON.stringify(weak.spec.title).includes("-0.1 (-0.2 to 0)"));
});

test("a figure that warns is refused by name", async () => {
  const broken: Figure = {
    name: "broken",
    title: "t",
    text: "t",
    spec: {
      data: { values: [{ a: 1 }] },
      mark: "bar",
      encoding: { x: { field: "a", type: "nominal" }, zebra: { field: "a" } },
    },
  };
  const error = await renderSvg(broken).catch((thrown) => thrown);
  assert.match((error as Error).message, /broken/);
});

test.run();
