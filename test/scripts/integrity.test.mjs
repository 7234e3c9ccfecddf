import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../scripts/lib/paths.mjs";

/** Packages of a lockfile that come from a registry and are not held to a checksum. */
const withoutIntegrity = ({ packages }) =>
  Object.entries(packages)
    .filter(([path, entry]) => /(^|\/)node_modules\//.test(path) && !entry.link)
    .filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
    .map(([path]) => path);

/** Lines of a requirements file that name a package without its version or without a hash. */
const withoutHash = (text) =>
  text
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .filter((line) => !/^\S+==\S+ .*--hash=sha256:[0-9a-f]{64}( |$)/.test(line));

test("a package without a checksum is found; links and workspaces need none", () => {
  const integrity = `sha512-${"A".repeat(86)}==`;
  const packages = {
    "": {},
    lib: {},
    "lib/stubs/xlsx": {},
    "node_modules/msae-lab": { link: true },
    "node_modules/a": { integrity },
    "lib/node_modules/b": { version: "1.0.0" },
    "node_modules/c": { integrity: "sha1-AAAA", optional: true },
  };
  assert.equal(withoutIntegrity({ packages }), ["lib/node_modules/b", "node_modules/c"]);
});

test("every package of package-lock.json that comes from the registry has its checksum", () => {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  assert.ok(Object.keys(lock.packages).length > 500);
  assert.equal(withoutIntegrity(lock), []);
});

test("every Python package has its version and its hash", () => {
  for (const name of ["requirements.txt", "scripts/lib/tensorflow-cpu.txt", "scripts/lib/tensorflow-gpu.txt"])
    assert.equal(withoutHash(readFileSync(join(root, name), "utf8")), [], name);
  assert.equal(withoutHash("a==1 \\\n    --hash=sha256:12\nb>=2\n").length, 2);
});

test.run();
