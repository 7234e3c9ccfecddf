import { test } from "uvu";
import * as assert from "uvu/assert";
import { distinctShare, labelAgreement, sharedThemes } from "../../lib/src/labels/agreement";
import { applyEdits } from "../../lib/src/labels/edits";
import { type Label, NO_CONCEPT } from "../../lib/src/records/label";

const label = (latent: number, broad: string, refined = broad): Label => ({
  ...{ latent, broad, refined, description: "", confidence: "low", evidence: [], source: "lexical" },
});

test("agreement is over the latents that both have labelled", () => {
  const one = [label(0, "Women", "Women › Shoes"), label(1, "Men"), label(2, "Hats")];
  const other = [label(1, "men", "Men's belts"), label(0, "Women", "Women › Bags"), label(9, "Hats")];
  const found = labelAgreement(one, other);
  // Words: women, shoe against women, bag: one of three; men against men, belt: one of two.
  assert.equal(found, { latents: 2, sameBroad: 1, sameRefined: 0, words: (1 / 3 + 1 / 2) / 2 });
  assert.is(labelAgreement(one, [label(7, "Hats")]), undefined);
});

test("themes are distinct refined labels, and those without a concept are none", () => {
  const one = [label(0, "A"), label(1, "B"), label(2, "b"), label(3, NO_CONCEPT)];
  assert.is(distinctShare(one, "refined"), 2 / 3);
  assert.is(sharedThemes(one, [label(5, "B"), label(6, "C"), label(7, NO_CONCEPT)]), 1 / 3);
  assert.is(sharedThemes([], []), 1);
});

test("an edit stands in place of a label, unless its latent is another one now", () => {
  const edit = (latent: number, strongest?: string) => ({
    ...label(latent, "Mine"),
    ...{ source: "person" as const, line: latent + 1, ...(strongest === undefined ? {} : { strongest }) },
  });
  const strongest = new Map([0, 1, 2, 3].map((latent) => [latent, `i${latent}`]));
  const { labels, left } = applyEdits(
    [label(3, "D"), label(0, "A"), label(1, "B")],
    [edit(1, "i1"), edit(0, "i7"), edit(2), edit(8)],
    strongest,
  );
  assert.equal(
    labels.map(({ latent, broad, source }) => [latent, broad, source]),
    [
      [0, "A", "lexical"],
      [1, "Mine", "person"],
      [2, "Mine", "person"],
      [3, "D", "lexical"],
    ],
  );
  assert.not.ok("line" in labels[1] || "strongest" in labels[1]);
  assert.equal(left, [
    "line 1: the strongest item of latent 0 is i0 now, and was i7 when its label was written",
    "line 9: latent 8 does not fire on half A of the items",
  ]);
});

test.run();
