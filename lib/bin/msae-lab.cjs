#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { damaged, inWords } = require("./installed.cjs");

const root = resolve(__dirname, "..", "..");
const dist = join(root, "lib", "dist");

/** One sentence on what of the installation is missing or changed; undefined when all of it is whole. */
function damageOf(what, folder, list) {
  const changed = damaged(folder, list);
  if (changed?.length === 0) return undefined;
  const found = changed === undefined ? "was not built" : `has missing or changed files (${inWords(changed)})`;
  return `${what} ${found}: run \`npm run setup\` in ${root}, which mends it.\n`;
}

const library = damageOf("The library in lib/dist", dist, join(dist, ".built.json"));
if (library === undefined) start();
else fail(library);

async function start() {
  try {
    await require("../dist/cli/index.js").main(process.argv);
    // A package that is damaged makes errors of many kinds: whatever failed, it is looked for then.
    if (process.exitCode === 1) process.stderr.write(packageDamage() ?? "");
  } catch (error) {
    const damage = packageDamage();
    if (damage === undefined) throw error;
    fail(damage);
  }
}

function packageDamage() {
  const packages = join(root, "node_modules");
  if (!existsSync(packages)) return `The npm packages are not installed: run \`npm run setup\` in ${root}.\n`;
  return damageOf("node_modules", packages, join(root, ".setup", "packages.json"));
}

function fail(sentence) {
  process.stderr.write(sentence);
  process.exitCode = 1;
}
