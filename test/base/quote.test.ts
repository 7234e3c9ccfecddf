import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/src/base/errors";
import { printable, quote, shown, visible } from "../../lib/src/base/quote";
import { execute } from "../../lib/src/cli";

const ESCAPE = "\u001b";

test("what a terminal acts on, or nobody sees, is written out; what people write stays", () => {
  assert.is(visible(`a${ESCAPE}[31mred`), "a\\u001b[31mred");
  assert.is(visible("a\u202eb\u200f\u2066"), "a\\u202eb\\u200f\\u2066");
  assert.is(visible("\ufeffid\u0000\u009b\u007f"), "\\ufeffid\\u0000\\u009b\\u007f");
  assert.is(visible("one\ntwo\r\tthree\u2028"), "one\\ntwo\\r\\tthree\\u2028");
  assert.is(visible("half \ud83d of a pair"), "half \\ud83d of a pair");
  for (const text of ["Été — 日本 👩‍👩‍👧 שלום", "می‌خواهم", "a b"]) assert.is(visible(text), text);
});

test("a long value is cut and says how long it is, a cut never halves a character", () => {
  assert.is(shown("x".repeat(80)), "x".repeat(80));
  assert.is(quote("x".repeat(10_000)), `"${"x".repeat(80)}… (10,000 characters)"`);
  assert.is(shown(`${"x".repeat(79)}👟👟`), `${"x".repeat(79)}… (83 characters)`);
  assert.is(quote({ a: [1] }), '"{"a":[1]}"');
  assert.is(quote(undefined), '"undefined"');
});

test("every input error is one line that is safe to print, with its beginning and its remedy", () => {
  const { message } = new InputError(`The file ${ESCAPE}]0;x\u0007${"long ".repeat(4000)}\nis bad: mend it.`);
  assert.not.match(message, /\p{Cc}/u);
  assert.ok(message.startsWith("The file \\u001b]0;x\\u0007long") && message.endsWith("\\nis bad: mend it."), message);
  assert.ok(message.length < 2200, String(message.length));
  assert.is(printable("A plain sentence."), "A plain sentence.");
});

/** What a command says on stderr, and its exit code. */
async function said(...args: string[]): Promise<{ code: number; text: string }> {
  const parts: string[] = [];
  const code = await execute(args, { out: () => undefined, err: (part) => void parts.push(part) });
  return { code, text: parts.join("") };
}

test("the command line prints no control character that an argument brings, and cuts what is long", async () => {
  const odd = `x${ESCAPE}[2J\u202e${"y".repeat(10_000)}`;
  for (const args of [
    [odd],
    ["run", `--${odd}`],
    ["run", "--set", odd],
    ["run", "--set", `${odd}=1`],
    ["run", "--set", `sae.${odd}=1`],
    ["run", "--set", `preset=${odd}`],
    ["run", "--config", odd],
    ["run", "--columns", odd],
    ["run", "--data", odd],
    ["run", "--seed", odd],
    ["compare", odd, odd],
    ["data", odd],
    ["bench", "--only", odd],
  ]) {
    const { code, text } = await said(...args);
    assert.is(code, 2, JSON.stringify(args).slice(0, 100));
    assert.not.match(text.replaceAll("\n", ""), /[\p{Cc}\u202e]/u, JSON.stringify(args).slice(0, 100));
    assert.ok(text.length > 20 && text.length < 4500, `${text.length}: ${JSON.stringify(args).slice(0, 100)}`);
  }
});

test.run();
