import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compileKernel, instantiate, soundBaseline } from "../../lib/src/kernels/compile";

const root = join(__dirname, "..", "..");

/**
 * `kept(at, expected)`: keep the word at `at` in a local, wait there for a millisecond, give the local.
 *
 * (func (export "kept") (param i32 i32) (result i32) (local i32)
 *   (local.set 2 (i32.atomic.load (local.get 0)))
 *   (drop (memory.atomic.wait32 (local.get 0) (local.get 1) (i64.const 1000000)))
 *   (local.get 2))
 */
const KEPT =
  "0061736d0100000001070160027f7f017f02100103656e76066d656d6f7279020301010302010007" +
  "0801046b65707400000a1d011b01017f2000fe10020021022000200142c0843dfe0102001a20020b";

/** What the local holds after the wait, where it held 7 before. */
function keptBy(code: WebAssembly.Module): number {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Int32Array(memory.buffer)[16] = 7;
  return (instantiate(code, memory).kept as (at: number, expected: number) => number)(64, 7);
}

/** The module behind a section of that name, so that V8 has not met its bytes. */
function kept(name: string): Buffer {
  return Buffer.concat([Buffer.from(KEPT, "hex"), Buffer.from([0, 1 + name.length, name.length]), Buffer.from(name)]);
}

test("a local that a wait of its thread stands beside is kept in what is compiled as a kernel, on every Node", () => {
  const dir = mkdtempSync(join(tmpdir(), "msae-compile-"));
  try {
    writeFileSync(join(dir, "kept.wasm"), kept("kernel"));
    assert.is(keptBy(compileKernel(join(dir, "kept.wasm"))), 7);
  } finally {
    rmSync(dir, { recursive: true });
  }
  // Compiled in any other way afterwards, so that what else runs in the process is compiled as before: where V8's baseline
  // compiler is unsound, it is there again, and what it gives is kept as long.
  for (let again = 0; again < 20; again++) {
    const plain = keptBy(new WebAssembly.Module(kept(`plain ${again}`)));
    if (soundBaseline()) assert.is(plain, 7);
    else if (process.arch === "x64") assert.is(plain, 0);
  }
});

test("the baseline compilers of Node 22 and newer are trusted, those before are not", () => {
  for (const version of ["12.4.254.21-node.57", "13.6.233.10-node.27", "20.0.1"]) assert.ok(soundBaseline(version));
  for (const version of ["11.3.244.8-node.38", "10.2.154.26-node.41", "12.3.1"]) assert.not(soundBaseline(version));
});

test("no kernel has a wait of its own", () => {
  const dist = join(root, "lib", "dist", "kernels");
  const disassembler = join(root, "node_modules", "binaryen", "bin", "wasm-dis");
  const files = readdirSync(dist).filter((name) => name.endsWith(".wasm"));
  assert.ok(files.length >= 6);
  let atomics = 0;
  for (const file of files) {
    const text = execFileSync(process.execPath, [disassembler, join(dist, file)], { maxBuffer: 2 ** 28 }).toString();
    assert.not(text.includes("memory.atomic.wait"), file);
    if (text.includes("memory.atomic.notify")) atomics++;
  }
  assert.ok(atomics >= 1, "the disassembler names atomic instructions");
});

test.run();
