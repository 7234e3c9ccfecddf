import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { planFused } from "../../lib/src/kernels/msae-plan";

/*
 * A kernel reads from a list of words where its arrays lie; its wrapper writes that list. Nothing but their order says which word is
 * which, and a slip would have the kernel write over other arrays in silence. So the names on both sides are held against each other.
 * The same holds for the numbers that a function of a kernel is called with.
 */

const source = (file: string): string =>
  readFileSync(join(__dirname, "..", "..", "lib", "src", "kernels", file), "utf8");

/** The body of a function in a source. */
function bodyOf(text: string, name: string): string {
  const found = new RegExp(`function ${name}\\([^]*?\\n}\\n`).exec(text);
  assert.ok(found, `there is no function ${name}`);
  return (found as RegExpExecArray)[0];
}

/** Names in the order in which the kernel reads them: words one after the other, or each at its offset, which must rise by four. */
function readByKernel(body: string): string[] {
  const inTurn = [...body.matchAll(/^ {2}(\w+) = (?:word|place)\(\)/gm)];
  if (inTurn.length > 0) return inTurn.map(([, name]) => name);
  const loads = [...body.matchAll(/^ {2}(\w+) = load<[iu]32>\(\w+(?:, (\d+))?\);/gm)];
  const wrong = loads.find(([, , offset = "0"], index) => Number(offset) !== 4 * index);
  if (wrong) throw new Error(`${wrong[1]} is not read at the offset of its turn`);
  return loads.map(([, name]) => name);
}

/** Names in the order in which a wrapper writes them: sizes as they stand in its call, then the regions of its layout. */
function writtenBy(text: string, sizes: Readonly<Record<string, string>>): string[] {
  const [, list] = /\.integers\(plan\)\s*\.set\(\[([^\]]*?)\.\.\.[\s\S]*?\]\)/.exec(text) ?? [];
  const written = (list ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const regions = [...bodyOf(text, "layOut").matchAll(/^ {4}(\w+): layout\.(?:words|doubles)\(/gm)];
  for (const part of written) assert.ok(part in sizes, `${part} is a size that this test does not know`);
  return [...written.map((part) => sizes[part]), ...regions.map(([, name]) => name)];
}

test("msae: the plan is read in the order in which it is written", () => {
  const { words } = planFused({
    batch: { users: 40, items: 30 },
    d: 20,
    k: 64,
    prefixes: [8, 64],
    users: 100,
    items: 90,
    normalise: true,
    untied: true,
    threads: 2,
  });
  const names = readByKernel(bodyOf(source("assembly/msae/plan.ts"), "readPlan"));
  assert.is(names.length, 43);
  assert.equal(Object.keys(words), names);
  // In whole words, within 32 bits, and every array apart from the others.
  for (const [name, word] of Object.entries(words)) assert.ok(Number.isInteger(word) && word >= 0, name);
});

for (const { kernel, file, reader, sizes, count } of [
  {
    kernel: "bce-sgd",
    file: "assembly/bce-sgd/plan.ts",
    reader: "readPlan",
    sizes: { "csr.rows": "rows", "csr.cols": "cols", batch: "batch", "4 * this.width": "rowBytes" },
    count: 18,
  },
  {
    kernel: "ranking",
    file: "assembly/ranking/plan.ts",
    reader: "readPlan",
    sizes: { d: "width", n: "n", "regions.bounds.length / 2": "blocks", k: "k", "itemBias ? 1 : 0": "biased" },
    count: 28,
  },
  {
    kernel: "resampling",
    file: "assembly/resampling.ts",
    reader: "setUp",
    sizes: { "this.n": "n", k: "k", d: "d", draws: "draws", "word()": "seed" },
    count: 14,
  },
])
  test(`${kernel}: the plan is read in the order in which it is written`, () => {
    // Two random words make one seed.
    const names = readByKernel(bodyOf(source(file), reader)).map((name) => name.replace(/^seed(High|Low)$/, "seed"));
    assert.is(names.length, count);
    assert.equal(writtenBy(source(`${kernel}.ts`), sizes), names);
  });

/** What a kernel's function is called with, in order: names, without the task and the thread that every call ends with. */
function parametersOf(kernel: string, name: string): string[] {
  const found = new RegExp(`^export function ${name}\\(([^)]*)\\)`, "m").exec(source(`assembly/${kernel}.ts`));
  assert.ok(found, `${kernel} has no function ${name}`);
  const names = (found as RegExpExecArray)[1].split(",").flatMap((part) => /(\w+):/.exec(part)?.[1] ?? []);
  return names.filter((each) => !/^_?(task|thread|threads)$/.test(each));
}

/** Calls of a kernel's functions in a wrapper: function, and what it is given, as it is written or by the names of its record. */
function callsIn(text: string): [name: string, given: string[]][] {
  const calls = [
    ...text.matchAll(/kernel\s*\.(?:each|together|here)\(\s*([\w"]+),\s*(\[[^\]]*\]|[^[,\s][^,\s]*)\s*[,)]/g),
  ];
  return calls.map(([, name, list]) => [
    name.replaceAll('"', ""),
    list
      .replace(/^\[|\]$/g, "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  ]);
}

/** The expressions that stand for a parameter of another name. */
const STAND_FOR: Readonly<Record<string, string>> = {
  ...{ "this.plan": "plan", "plan.plan.offset": "plan", "config.beta1": "beta1", "config.beta2": "beta2" },
  ...{ "config.epsilon": "epsilon", "Number(update)": "update", mse: "wMse", l1: "wL1", kl: "wKl" },
  ...{ "this.taskUsers": "size", "this.tasks": "tasks", "first / PARTS": "stratum", "to - from": "rows", TASK: "size" },
  'Number(this.settings.schedule === "blocks")': "blocks",
};
const named = (given: readonly string[]): string[] =>
  given
    .flatMap((part) => (part === "...words" || part === "words" ? ["high", "low"] : [part]))
    // A call on this thread names its task and thread itself.
    .filter((part) => !/^\d$/.test(part))
    .map((part) => STAND_FOR[part] ?? part);

for (const { kernel, file, calls } of [
  { kernel: "bce-sgd", file: "bce-sgd.ts", calls: 8 },
  { kernel: "ranking", file: "ranking.ts", calls: 2 },
  { kernel: "resampling", file: "resampling.ts", calls: 2 },
  { kernel: "msae", file: "../sae/fused.ts", calls: 2 },
])
  test(`${kernel}: its functions are called with their parameters in order`, () => {
    const found = callsIn(source(file));
    assert.is(found.length, calls);
    // The ranking has two functions of the same parameters.
    for (const [name, given] of found)
      for (const each of name === "name" ? ["lists", "counts"] : [name])
        assert.equal(named(given), parametersOf(kernel, each), each);
  });

/** Names in a record of arguments that stands before a call. */
function recordBefore(text: string, name: string): string[] {
  const before = text.slice(0, text.indexOf(`.each("${name}"`));
  const record = before.slice(before.lastIndexOf("const args = {"));
  return [...record.slice(0, record.indexOf("};")).matchAll(/^ {6}(\w+)[:,]/gm)].map(([, key]) => key);
}

test("ials: its functions are called with their parameters in order, and a slip is found", () => {
  const text = source("ials.ts");
  assert.equal(
    callsIn(text).map(([name, given]) => [name, ...given]),
    [
      ["gram", "Object.values(args)"],
      ["solve", "...args", "task", "0"],
      ["solve", "numbers"],
    ],
  );
  for (const [name, count] of [
    ["gram", 6],
    ["solve", 14],
  ] as const) {
    assert.is(parametersOf("ials", name).length, count);
    assert.equal(recordBefore(text, name), parametersOf("ials", name), name);
  }
  const slipped = text
    .replace("ridge: ridge.offset,", "zeros: zeros.offset,")
    .replace(/zeros: zeros.offset,\n(?= {6}scratch:)/, "ridge: ridge.offset,\n");
  assert.not.equal(recordBefore(slipped, "solve"), parametersOf("ials", "solve"));
});

test("a slip is found: two names changed over, and an offset that was not moved", () => {
  const body = bodyOf(source("assembly/ranking/plan.ts"), "readPlan");
  const slipped = body
    .replace("cut = load<u32>(at, 72)", "sure = load<u32>(at, 72)")
    .replace("sure = load<u32>(at, 76)", "cut = load<u32>(at, 76)");
  assert.not.equal(readByKernel(slipped), readByKernel(body));
  assert.throws(() => readByKernel(body.replace("(at, 76)", "(at, 72)")), /sure is not read at the offset/);
});

test.run();
