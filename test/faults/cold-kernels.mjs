// Openings of a kernel whose code is compiled anew for each, as in every `run`, on several threads: do they hang, or give other
// bytes than one thread? By itself: node test/faults/cold-kernels.mjs [--kernel NAME] [--openings N] [--threads N]; its last
// line is JSON, and it fails when a trial did. Beside other work, for instance three at a time, it meets more.
import fs from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const require = createRequire(import.meta.url);
const dist = fileURLToPath(new URL("../../lib/dist/", import.meta.url));

/** Milliseconds without an end after which an opening counts as hung; the library's own watch gives up sooner. */
const HUNG_MS = 60_000;

/** Modules that hold compiled code, or a class that does; they are loaded anew for every opening. */
const RELOADED = /dist\/(kernels|sae\/fused|mf\/bce-sgd)\b/;

/** Numbers that look random and are the same every time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

const floats = (n, seed) => {
  const draw = numbers(seed);
  return Float32Array.from({ length: n }, () => draw() - 0.5);
};

/** A random sparse matrix [rows, cols] with `each` entries a row. */
function sparse(rows, cols, each) {
  const draw = numbers(7);
  const indices = [];
  for (let row = 0; row < rows; row++) {
    const own = new Set();
    while (own.size < each) own.add(Math.floor(draw() * cols));
    indices.push(...[...own].sort((a, b) => a - b));
  }
  return {
    rows,
    cols,
    indptr: Int32Array.from({ length: rows + 1 }, (_, row) => row * each),
    indices: Int32Array.from(indices),
    values: undefined,
  };
}

const names = (n, prefix) => Array.from({ length: n }, (_, at) => `${prefix}${at}`);

/** What is computed in an opening, by kernel: a function of the number of threads that gives arrays. */
const KERNELS = {
  async msae(threads) {
    const { msae, MSAE_DEFAULTS } = require(`${dist}sae/msae.js`);
    const { initAdam } = require(`${dist}sae/adam.js`);
    const { openFused } = require(`${dist}sae/fused.js`);
    const [d, users, items, steps] = [20, 1024, 1024, 12];
    const prefixes = names(10, "").map((_, at) => 5 * (at + 1));
    const config = { ...MSAE_DEFAULTS, k: 50, prefixes, batch: 256, seed: 1, lr: 0.002, epochs: 10 };
    const parameters = msae.init(config, d);
    const state = { parameters, adam: initAdam(parameters) };
    const engine = openFused(msae, { users: floats(users * d, 1), items: floats(items * d, 2), d }, config, state, {
      threads,
    });
    try {
      const order = (n) => Int32Array.from({ length: n }, (_, at) => at);
      engine.begin(9, { users: order(users), items: order(items) });
      const losses = [];
      while (losses.length < steps) losses.push(...(await engine.run(losses.length % 4, 4 - (losses.length % 4))));
      return [Float64Array.from(losses.flat()), ...Object.values(engine.state().parameters)];
    } finally {
      await engine.close();
    }
  },
  async ials(threads) {
    const { openIals } = require(`${dist}kernels/ials.js`);
    const csr = sparse(3000, 1200, 20);
    const solver = openIals(csr, { d: 20, alpha: 1, reg: 0.1 }, threads);
    try {
      solver.setItems(floats(csr.cols * 20, 3));
      for (let sweep = 0; sweep < 2; sweep++) {
        await solver.solveUsers();
        await solver.solveItems();
      }
      return [solver.users(), solver.items()];
    } finally {
      await solver.close();
    }
  },
  async "bce-sgd"(threads) {
    const { BceSgdKernel } = require(`${dist}kernels/bce-sgd.js`);
    const csr = sparse(2000, 800, 20);
    const arrays = [];
    for (const schedule of ["batches", "blocks"]) {
      const kernel = new BceSgdKernel(csr, { d: 8, lr: 0.005, reg: 0.01, batch: 256, schedule }, threads);
      try {
        const start = { P: floats(csr.rows * 8, 4), Q: floats(csr.cols * 8, 5) };
        await kernel.start({ ...start, bu: new Float32Array(csr.rows), bi: new Float32Array(csr.cols) });
        await kernel.draw(1, 0);
        const losses = [];
        await kernel.train((_, loss) => {
          losses.push(loss);
        });
        arrays.push(kernel.drawn().slice(), Float64Array.from(losses), ...Object.values(kernel.parameters()));
      } finally {
        await kernel.close();
      }
    }
    return arrays;
  },
  async ranking(threads) {
    const { countsAbove, rankedLists } = require(`${dist}kernels/ranking.js`);
    const [d, users, items] = [16, 1200, 900];
    const factors = {
      ...{ d, users: floats(users * d, 8), items: floats(items * d, 9) },
      ...{ userIds: names(users, "u"), itemIds: names(items, "i") },
    };
    const mask = sparse(users, items, 10);
    const rows = Int32Array.from({ length: users }, (_, at) => at);
    const lists = [];
    await rankedLists(factors, { rows, mask, threads }, 10, (_from, _to, chunk) => {
      lists.push(chunk.items.slice(), chunk.scores.slice());
    });
    return [
      ...lists,
      await countsAbove(
        factors,
        { rows, mask, threads },
        rows.map((row) => row % items),
      ),
    ];
  },
  async resampling(threads) {
    const { resampledScores } = require(`${dist}kernels/resampling.js`);
    const [n, k, d, each] = [600, 20, 12, 4];
    const { indptr, indices } = sparse(n, k, each);
    const draw = numbers(11);
    const activations = {
      ...{ starts: indptr, latents: indices, varies: Int32Array.from({ length: k }, () => 1) },
      values: Float64Array.from({ length: n * each }, draw),
    };
    const unit = Float64Array.from({ length: n * d }, draw);
    return [await resampledScores({ activations, k, unit, d }, { seed: 1, draws: 64, threads })];
  },
};

export const kernels = Object.keys(KERNELS);

/**
 * Open a kernel again and again.
 *
 * @param {{ kernel: string, openings: number, threads: number }} options
 * @returns {Promise<{ name: string, node: string, trials: number, hangs: number, differences: number, seconds: number }>}
 */
export async function coldKernels({ kernel, openings, threads }) {
  const began = Date.now();
  const compute = KERNELS[kernel];
  const read = fs.readFileSync;
  let salt = 0;
  // The same code behind a section that nobody reads is a module that V8 has not compiled yet.
  fs.readFileSync = (file, ...rest) => {
    const bytes = read(file, ...rest);
    if (!String(file).endsWith(`${kernel}.wasm`)) return bytes;
    const name = Buffer.from(`cold ${process.pid} ${salt++}`);
    return Buffer.concat([bytes, Buffer.from([0, 1 + name.length, name.length]), name]);
  };
  const open = async (used) => {
    for (const file of Object.keys(require.cache)) if (RELOADED.test(file)) delete require.cache[file];
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("hung")), HUNG_MS);
    });
    try {
      const arrays = await Promise.race([compute(used), late]);
      return Buffer.concat(arrays.map((a) => Buffer.from(a.buffer.slice(a.byteOffset, a.byteOffset + a.byteLength))));
    } finally {
      clearTimeout(timer);
    }
  };
  const counts = { hangs: 0, differences: 0 };
  try {
    const expected = await open(1);
    for (let opening = 0; opening < openings; opening++) {
      try {
        if (!expected.equals(await open(threads))) counts.differences++;
      } catch (error) {
        if (!/hung|given up|came out different/.test(error.message)) throw error;
        if (/came out different/.test(error.message)) counts.differences++;
        else counts.hangs++;
      }
    }
    if (salt <= openings) throw new Error(`only ${salt} of ${openings} openings compiled the kernel "${kernel}"`);
  } finally {
    fs.readFileSync = read;
  }
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  return { name: `cold ${kernel}`, node: process.version, trials: openings, ...counts, seconds };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      kernel: { type: "string", default: "msae" },
      openings: { type: "string", default: "200" },
      threads: { type: "string", default: "2" },
    },
  });
  const [openings, threads] = [Number(values.openings), Number(values.threads)];
  if (!kernels.includes(values.kernel) || !(openings >= 1) || !(threads >= 2)) {
    console.error(`Give --kernel ${kernels.join("|")}, --openings from 1 and --threads from 2.`);
    process.exit(2);
  }
  const result = await coldKernels({ kernel: values.kernel, openings, threads });
  console.log(JSON.stringify(result));
  // A hung opening would keep the process alive.
  process.exit(result.hangs + result.differences === 0 ? 0 : 1);
}
