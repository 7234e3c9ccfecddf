import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError, MissingData } from "../../lib/src/base/errors";
import { show, showTable } from "../../lib/src/lab/display";
import { noteBundle } from "../../lib/src/lab/notebook";

/** What is printed while work runs: outside a notebook, texts. */
async function printed(work: () => Promise<void>): Promise<string> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => void lines.push(line);
  try {
    await work();
  } finally {
    console.log = log;
  }
  return lines.join("\n");
}

test("what the data lacks is said in place of a figure or table, and nothing is thrown", async () => {
  const lacking = (): never => {
    throw new MissingData("The data has no categories.");
  };
  assert.is(await printed(() => show(lacking)), "The data has no categories.");
  assert.is(await printed(() => showTable(async () => lacking())), "The data has no categories.");
  assert.match(await printed(() => showTable(() => [{ a: 1 }], { caption: "One" })), /^One\na\n1$/);
});

test("any other error ends the cell", async () => {
  for (const Kind of [InputError, TypeError]) {
    const thrown = await show(() => {
      throw new Kind("wrong");
    }).catch((error: unknown) => error);
    assert.instance(thrown, Kind);
  }
});

test("a sentence stands on the page as text", () => {
  const bundle = noteBundle('no "<b>" here');
  assert.is(bundle["text/plain"], 'no "<b>" here');
  assert.match(String(bundle["text/html"]), />no &quot;&lt;b&gt;&quot; here<\/div>$/);
});

test.run();
