import { buildDamage, buildInputs, buildLibrary } from "./build.mjs";
import { hashOf } from "./hash.mjs";
import { writeKernel } from "./kernel.mjs";
import { locked } from "./lock.mjs";
import { linkIsMissing, linkNative } from "./native.mjs";
import { installPackages, npmDamage, npmInputs, npmIsThere } from "./npm.mjs";
import { findPython, makeVenv, pythonInputs, pythonValues, venvDamage, venvIsRight } from "./python.mjs";
import { isReadOnly, useAsItIs } from "./read-only.mjs";
import { stage } from "./stage.mjs";

/**
 * Bring the folder to where the lab runs: npm packages, Python environment, kernelspec, library.
 * A stage is passed over while its inputs are as they were when it last ended, and all that it made is still whole.
 * In a folder that cannot be written, what is there is used when it is whole.
 *
 * @throws PlainError one sentence on what the reader has to do
 */
export async function setUp() {
  if (isReadOnly()) return useAsItIs({ packages: npmDamage, python: venvDamage, library: buildDamage });
  await locked(async () => {
    // Asked before the packages are fetched: a Python that is missing should show at once, not a minute later.
    const python = venvIsRight() ? undefined : await findPython();
    // Packages with binaries depend on Node's ABI and no closer on its version.
    const platform = [process.versions.modules, process.platform, process.arch];
    await stage("packages", {
      key: () => hashOf({ files: npmInputs, values: platform }),
      isThere: npmIsThere,
      damage: npmDamage,
      make: installPackages,
    });
    // The packages were installed anew, and the native engine that was built before is still there.
    if (linkIsMissing()) {
      linkNative();
      console.log("set-up: native   linked");
    }
    await stage("python", {
      key: () => hashOf({ files: pythonInputs, values: pythonValues() }),
      isThere: venvIsRight,
      damage: venvDamage,
      make: async () => makeVenv(python ?? (await findPython())),
    });
    await stage("kernel", {
      key: () => "",
      isThere: () => false,
      make: () => (writeKernel() > 0 ? "written" : "up to date"),
    });
    await stage("library", {
      key: () => hashOf({ files: buildInputs }),
      isThere: () => true,
      damage: buildDamage,
      make: buildLibrary,
    });
  });
}
