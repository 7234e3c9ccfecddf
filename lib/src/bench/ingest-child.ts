import { InputError } from "../base/errors";
import { PAPER_PRUNE } from "../data/prune";
import { ingestFiles } from "../data/read/ingest";

/** What the process prints. */
export interface IngestAnswer {
  seconds: number;
  /** Most bytes of memory that the process held at once. */
  peakBytes: number;
  /** Interactions that are left. */
  interactions: number;
}

/** The process of the benchmark `ingest`: ratings and metadata by its arguments, one line of JSON on stdout; exit codes as the command line's. */
async function main([ratings, items]: string[]): Promise<void> {
  const started = performance.now();
  const { interactions } = await ingestFiles({ kind: "files", ratings, items, prune: PAPER_PRUNE });
  const answer: IngestAnswer = {
    seconds: (performance.now() - started) / 1000,
    peakBytes: 1024 * process.resourceUsage().maxRSS,
    interactions: interactions.csr.indices.length,
  };
  console.log(JSON.stringify(answer));
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = error instanceof InputError ? 2 : 1;
  });
