// `node compile-kernels.mjs SOURCES OUT`: every kernel SOURCES/<name>.ts to OUT/<name>.wasm.tmp; what they share lies in
// SOURCES/common. A program of its own, so that it runs beside the TypeScript compiler.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { main } from "assemblyscript/asc";

const [sources, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
for (const name of readdirSync(sources).filter((file) => file.endsWith(".ts"))) {
  // Memory comes from outside and is laid out there: no allocator, and static data stays within the first page.
  const { error, stderr } = await main([
    ...[name, "--baseDir", sources, "--outFile", join(out, name.replace(/\.ts$/, ".wasm.tmp"))],
    ...["-O3", "--noAssert", "--runtime", "stub", "--use", "abort="],
    ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536", "--memoryBase", "1024"],
    ...["--enable", "simd", "--enable", "threads"],
  ]);
  if (error) {
    console.error(stderr.toString() || error.message);
    process.exit(1);
  }
}
