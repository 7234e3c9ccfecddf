import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { join } from "node:path";
import { engineSpeeds, type Measurement } from "../lab/engine-speeds";
import { projectRoot } from "../lab/lab";
import { libraryVersion } from "../lab/stage";
import { type BackendName, choose, FUSED, loadTf } from "../sae/backend";
import { chooseEngine } from "../sae/choose-engine";
import { defaultPrefixes, msae } from "../sae/msae";
import { fusedMilliseconds, type StepShape, stepMilliseconds } from "../sae/stepper";
import type { Terminal } from "./terminal";

/** One thing that was looked at. */
interface Finding {
  what: string;
  ok: boolean;
  found: string;
  /** What to do about it, where it is not well. */
  advice?: string;
  /** Milliseconds of a training step by engine and shape, where that was measured. */
  milliseconds?: Record<string, Record<string, number>>;
}

/** Two sizes of the autoencoder: the paper's, and one that is wide enough for native code to matter. */
const SHAPES: Readonly<Record<string, StepShape>> = {
  paper: { d: 20, k: 50, prefixes: defaultPrefixes(50), batch: 256 },
  wide: { d: 128, k: 1024, prefixes: [256, 512, 1024], batch: 64 },
};

/** What the measurements of speed may take in all, starting the engines included. */
const SPEED_MS = 7000;

/** Look at everything the lab stands on and say what works, what does not, and what to do. */
export async function doctor(options: { json?: boolean; speed?: boolean }, terminal: Terminal): Promise<void> {
  const speeds = options.speed === false ? [] : [await speed()];
  const findings = [library(), node(), await backend(), ...speeds, jupyter(), kernel(), memory()];
  if (options.json) {
    terminal.out(`${JSON.stringify(findings)}\n`);
    return;
  }
  for (const { what, ok, found, advice } of findings)
    terminal.out(`${ok ? "ok " : "-- "} ${what.padEnd(10)} ${found}${ok || !advice ? "" : `: ${advice}`}\n`);
}

const library = (): Finding => ({ what: "library", ok: true, found: `msae-lab ${libraryVersion()} in ${projectRoot}` });

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  const found =
    major >= 22 ? process.version : `${process.version}, past its end of life: Node 22 or newer is recommended`;
  return { what: "Node", ok: major >= 20, found, advice: "install Node 22 or newer" };
}

async function backend(): Promise<Finding> {
  try {
    const training = await chooseEngine(msae, SHAPES.paper);
    const { backend: tensors, why } = await loadTf();
    return {
      what: "backend",
      ok: true,
      found: `training at the paper's shape: ${training.engine} (${training.why}); tensors: ${tensors} (${why})`,
    };
  } catch (error) {
    return { what: "backend", ok: false, found: "none", advice: (error as Error).message };
  }
}

/** How fast the kernel takes a training step of the MSAE, and each engine that works in the tfjs form. */
async function speed(): Promise<Finding> {
  const started = performance.now();
  const chosen = await loadTf();
  const onTfjs = (engine: BackendName, shape: string): Measurement => ({
    ...{ engine, shape },
    measure: (budget) => stepMilliseconds(engine, SHAPES[shape], budget),
  });
  const onKernel = (shape: string): Measurement => ({
    ...{ engine: FUSED, shape },
    measure: (budget) => fusedMilliseconds(SHAPES[shape], budget),
  });
  // The plain cpu engine is not asked for the wide shape, of which one step takes it many seconds.
  const tfjs = ["tfjs-node-gpu", "wasm"] as const;
  const wanted = [
    ...[onKernel("paper"), onKernel("wide")],
    ...tfjs.flatMap((engine) => [onTfjs(engine, "paper"), onTfjs(engine, "wide")]),
    onTfjs("cpu", "paper"),
  ];
  const { milliseconds, left } = await engineSpeeds(wanted, SPEED_MS - (performance.now() - started));
  await choose(chosen.backend);
  const size = (shape: string): string => `d=${SHAPES[shape].d}, k=${SHAPES[shape].k}`;
  const inWords = Object.keys(SHAPES).map((shape) => {
    const known = Object.entries(milliseconds).filter(([, by]) => by[shape] !== undefined);
    const each = known.map(
      ([engine, { [shape]: ms }]) => `${engine} ${ms < 100 ? ms.toPrecision(2) : ms.toFixed(0)} ms`,
    );
    return `at ${size(shape)}, ${SHAPES[shape].batch} rows: ${each.join(", ")}`;
  });
  const missing = left.map(({ engine, shape }) => `${engine} at ${size(shape)}`);
  const unmeasured = missing.length > 0 ? `; not measured, for the time was up: ${missing.join("; ")}` : "";
  return { what: "speed", ok: true, found: `a training step ${inWords.join("; ")}${unmeasured}`, milliseconds };
}

function jupyter(): Finding {
  const python = join(projectRoot, ".venv", "bin", "python");
  const advice = "run `npm run setup` in the project's folder";
  if (!existsSync(python)) return { what: "JupyterLab", ok: false, found: "no .venv", advice };
  try {
    const version = execFileSync(python, ["-c", "import jupyterlab; print(jupyterlab.__version__)"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return { what: "JupyterLab", ok: true, found: version.trim() };
  } catch {
    return { what: "JupyterLab", ok: false, found: "not importable in .venv", advice };
  }
}

function kernel(): Finding {
  const file = join(projectRoot, ".venv", "share", "jupyter", "kernels", "tslab", "kernel.json");
  const ok = existsSync(file);
  return { what: "kernel", ok, found: ok ? file : "no kernelspec in .venv", advice: "run `npm run setup`" };
}

function memory(): Finding {
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return {
    what: "memory",
    ok: freemem() > 2 ** 30,
    found: `${gib(freemem())} of ${gib(totalmem())} GiB free`,
    advice: "close something: the starter data wants 1 GiB, the clothing-sized sets 2 GiB",
  };
}
