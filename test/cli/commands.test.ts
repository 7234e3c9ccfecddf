import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lasting, QUICK, root, run } from "./quick";

const cli = suite("command line: generate, doctor, help");

cli("generated files are read back by run, by folder and by file", async () => {
  const dir = join(root, "generated");
  const made = await run([
    "generate",
    "--users",
    "300",
    "--items",
    "200",
    "--interactions",
    "4000",
    "--out",
    dir,
    "--json",
  ]);
  assert.is(made.code, 0, made.err);
  assert.is((JSON.parse(made.out) as { interactions: number }).interactions, 4000);
  const settings = QUICK.filter((setting) => !setting.startsWith("data.")).flatMap((setting) => ["--set", setting]);
  const prune = ["--set", "data.prune.minCategoryItems=10"];
  const byFolder = await run(["run", "--data", dir, ...settings, ...prune, "--out", join(root, "g1"), "--json"]);
  assert.is(byFolder.code, 0, byFolder.err);
  const copy = join(root, "elsewhere");
  cpSync(dir, copy, { recursive: true });
  const byFile = ["--ratings", join(copy, "ratings.csv"), "--items", join(copy, "items.jsonl")];
  const elsewhere = await run(["run", ...byFile, ...settings, ...prune, "--out", join(root, "g2"), "--json"]);
  // The card states the paths as they were given; all else is the same.
  const [one, other] = [lasting(byFolder.out), lasting(elsewhere.out)];
  const { ratings, items, ...source } = one.config.data as Record<string, unknown>;
  assert.equal([ratings, items], [join(dir, "ratings.csv"), join(dir, "items.jsonl")]);
  assert.equal(other, { ...one, config: { ...one.config, data: { ...source, ratings: byFile[1], items: byFile[3] } } });
});

cli("generate takes a shape, and refuses one that it does not know", async () => {
  const size = ["--users", "300", "--items", "200", "--interactions", "4000", "--json"];
  const made = await run(["generate", ...size, "--shape", "published", "--out", join(root, "published")]);
  assert.is(made.code, 0, made.err);
  const { shape, files: written } = JSON.parse(made.out) as { shape: string; files: string[] };
  assert.is(shape, "published");
  assert.is(readFileSync(written[1], "utf8").trim().split("\n").length, 222);
  const other = await run(["generate", ...size, "--shape", "round", "--out", join(root, "published")]);
  assert.is(other.code, 2);
  assert.match(other.err, /starter.*published/);
});

cli("a wrong command or option: exit 2 with help's hint on stderr", async () => {
  for (const args of [["rum"], ["run", "--sed", "1"], ["run", "--seed", "x"], ["generate"]]) {
    const { code, out, err } = await run(args);
    assert.is(code, 2, args.join(" "));
    assert.is(out, "");
    assert.ok(err.length > 0);
  }
  assert.is((await run(["--help"])).code, 0);
});

cli("doctor says what works", async () => {
  const { code, out } = await run(["doctor", "--json", "--no-speed"]);
  assert.is(code, 0);
  const findings = JSON.parse(out) as { what: string; ok: boolean; found: string }[];
  assert.ok(findings.find(({ what }) => what === "backend")?.ok);
  assert.match(findings.find(({ what }) => what === "Node")!.found, process.version);
});

cli.run();
