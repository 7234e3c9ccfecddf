import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { localLinks, read, root, tableRows } from "./markdown";
import { notebooks, notebookTexts } from "./prose";

const rows = tableRows(read("docs/glossary.md"));

/** A word without brackets, case, and the s of a plural. */
const plain = (word: string): string =>
  word
    .replace(/\(.*?\)|[*`]/g, "")
    .trim()
    .toLowerCase()
    .replace(/s$/, "");

/** The glossary's words; a cell may hold several, and an abbreviation in brackets. */
const known = new Set(
  rows.flatMap(([cell]) => [...cell.replace(/[()]/g, ",").split(","), cell.split(",")[0]].map(plain)).filter(Boolean),
);

/** Words that notebooks stress and that mean what they mean anywhere. */
const ORDINARY = new Set(
  `above added all alone amazon_fashion and biases amazon any are as boys balance beside both by can choices choosing data difference direction
  dose equal fashion first from guess half girls hand has higher hardest hard id in it inferred its items ladies large learned left like live many maximise mean meaning measuring
  men model move must neutral no not of on one order original our own pass pulls pure random read real right same sets shape share
  shorter shuffle size smallest sum support that the their this threshold to too trained training tree tuned user what which weak without women yes you your`
    .split(/\s+/)
    .map(plain),
);

/** Short phrases in bold or italics: where a notebook introduces a word. Sentences, numbers and single letters are none. */
export function stressed(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```|`[^`]*`|\$\$[\s\S]*?\$\$|\$[^$]*\$/g, "");
  return [...prose.matchAll(/(\*{1,2})(?![\s*])([^*\n]+?)\1(?!\*)/g)]
    .map(([, , phrase]) => phrase.trim())
    .filter(
      (phrase) => /^[A-Za-z][\w' -]+\.?$/.test(phrase) && phrase.split(" ").length <= 3 && plain(phrase).length > 1,
    )
    .map((phrase) => phrase.replace(/\.$/, ""));
}

const explained = (phrase: string): boolean => {
  const is = (word: string): boolean => ORDINARY.has(plain(word)) || known.has(plain(word));
  return (
    is(phrase) ||
    phrase
      .replace(/'s?(?= |$)/g, "")
      .split(" ")
      .every(is)
  );
};

test("every word that a notebook introduces in bold or italics is in the glossary", () => {
  const missing = notebooks().flatMap((file) =>
    notebookTexts(file)
      .filter((text) => !/^#+ Where to go/.test(text))
      .flatMap(stressed)
      .filter((phrase) => !explained(phrase))
      .map((phrase) => `${file}: ${phrase}`),
  );
  assert.equal(missing, []);
});

test("a word that the glossary lacks is found, in bold as in italics", () => {
  assert.equal(stressed("A **wombat** is *furry*, not $a*b*c$ or `*code*`. **This is a sentence that goes on.**"), [
    "wombat",
    "furry",
  ]);
  assert.is(explained("wombat"), false);
  assert.is(explained("monosemanticity score"), true);
  assert.is(explained("latents"), true);
});

test("every word of the glossary has a meaning and a link to where it is computed, and is there once", () => {
  assert.ok(rows.length > 60, `${rows.length} rows`);
  for (const [word, meaning, where] of rows) {
    assert.ok(meaning !== "", word);
    const links = localLinks(where);
    assert.ok(links.length > 0, `${word} has no link`);
    for (const link of links) assert.ok(existsSync(join(root, "docs", link)), `${word}: ${link} is not there`);
  }
  const words = rows.map(([word]) => word);
  assert.is(new Set(words).size, words.length);
});

test.run();
