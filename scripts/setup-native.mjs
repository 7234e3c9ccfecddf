import util from "node:util";
import { locked } from "./lib/lock.mjs";
import { buildNative, choosePart, linkNative, nativeIsWhole, proveNative } from "./lib/native.mjs";
import { requireNativeMachine } from "./lib/native-checks.mjs";
import { parseOptions, program } from "./lib/program.mjs";
import { setUp } from "./lib/setup.mjs";

const USAGE = "npm run setup:native -- [--gpu]";

// `npm run setup:native`: TensorFlow's own engine for tfjs, built once and kept in .native, where `npm ci` leaves it.
await program(async (args) => {
  const { gpu } = parseOptions(util, args, { gpu: { type: "boolean" } }, USAGE);
  const part = gpu ? "gpu" : "cpu";
  // Asked before anything is fetched: what is missing should show at once.
  if (!nativeIsWhole(part)) await requireNativeMachine(part);
  await setUp();
  await locked(async () => {
    if (!nativeIsWhole(part)) await buildNative(part);
    choosePart(part);
    linkNative();
  });
  const { tensorflow, gpu: used } = await proveNative();
  console.log(
    `The native engine is ready: TensorFlow ${tensorflow}, ${used ? "on the GPU" : "on the CPU"}; ${
      gpu && !used ? "no GPU was found, so the CPU is used until there is one; " : ""
    }\`npx msae-lab doctor\` says how fast it is.`,
  );
});
