import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { decodeSafetensors } from "../../lib/src/formats/safetensors";
import { checkpointFile } from "../../lib/src/lab/checkpoint";
import type { CheckpointFile } from "../../lib/src/stages/stage";

const HASH = "0123456789abcdef01234567";
interface State {
  epoch: number;
  w: Float32Array;
  history: number[];
}
const state = (epoch: number): State => ({ epoch, w: Float32Array.of(epoch, 0.5), history: [1, Number.NaN] });

function opened(): { file: string; folder: string; warnings: string[]; checkpoint: CheckpointFile<State> } {
  const folder = join(mkdtempSync(join(tmpdir(), "msae-checkpoint-")), "sae");
  const file = join(folder, `${HASH}.checkpoint.safetensors`);
  const warnings: string[] = [];
  return { file, folder, warnings, checkpoint: checkpointFile<State>(file, (message) => warnings.push(message)) };
}

test("a checkpoint is replaced whole, the one before it stays beside it, and both go together", () => {
  const { file, folder, warnings, checkpoint } = opened();
  assert.is(checkpoint.read(), undefined);
  for (const epoch of [3, 4, 5]) checkpoint.write(state(epoch));
  assert.equal(checkpoint.read(), state(5));
  assert.equal(readdirSync(folder), [`${HASH}.checkpoint.safetensors`, `${HASH}.checkpoint.safetensors.previous`]);
  assert.equal(decodeSafetensors(readFileSync(file), file).tensors.w.data, Float32Array.of(5, 0.5));
  checkpoint.remove();
  assert.equal(readdirSync(folder), []);
  assert.equal(warnings, []);
});

test("a damaged checkpoint is named and set aside, and training goes on from the one before it, or anew", () => {
  const { file, warnings, checkpoint } = opened();
  checkpoint.write(state(3));
  checkpoint.write(state(4));
  writeFileSync(file, "damaged");
  assert.equal(checkpoint.read(), state(3));
  assert.is(
    warnings[0],
    `The checkpoint ${file} is damaged: it does not have the checksum that it states. It was set aside as ${file}.damaged-1. Training goes on from the checkpoint before it.`,
  );
  writeFileSync(`${file}.previous`, "");
  assert.is(checkpoint.read(), undefined);
  assert.match(warnings[1], /\.previous\.damaged-1\. Training starts again from the beginning\.$/);
  assert.is(checkpoint.read(), undefined);
  assert.is(warnings.length, 2);
});

test("after a kill between two renames the one before is taken, without a word", () => {
  const { file, warnings, checkpoint } = opened();
  checkpoint.write(state(3));
  renameSync(file, `${file}.previous`);
  assert.equal(checkpoint.read(), state(3));
  assert.equal(warnings, []);
});

test("a checkpoint of another training is refused, whatever its name", () => {
  const { file, folder, warnings, checkpoint } = opened();
  const other = join(folder, `${HASH.replace("0", "f")}.checkpoint.safetensors`);
  checkpointFile<State>(other, () => {}).write(state(7));
  cpSync(other, file);
  assert.is(checkpoint.read(), undefined);
  assert.match(warnings[0], `${file} belongs to another training, ${HASH.replace("0", "f")}. It was set aside`);
  assert.ok(existsSync(other));
});

test("no bit of a checkpoint can change unnoticed: length, header, epoch, key, checksum, arrays", () => {
  const { file, checkpoint } = opened();
  checkpoint.write(state(3));
  const whole = readFileSync(file);
  for (let byte = 0; byte < whole.length; byte++) {
    const flipped = Buffer.from(whole);
    flipped[byte] ^= 1 << (byte % 8);
    writeFileSync(file, flipped);
    assert.is(checkpoint.read(), undefined, `byte ${byte}`);
  }
  for (const length of [0, 7, 8, 40, whole.length - 1]) {
    writeFileSync(file, whole.subarray(0, length));
    assert.is(checkpoint.read(), undefined, `${length} bytes`);
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.of(0)]));
  assert.is(checkpoint.read(), undefined, "a byte more");
  writeFileSync(file, whole);
  assert.equal(checkpoint.read(), state(3));
});

test.run();
