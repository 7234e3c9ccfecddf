// Node older than the minimum must still be able to load this file and all that the entry scripts import
// statically: no named import that is newer than Node 16 (use `util.parseArgs`, not `{ parseArgs }`).

/** What went wrong, in one sentence that says what to do: printed alone, without a stack, with exit code 1. */
export class PlainError extends Error {}

/** The oldest Node that works, as package.json's `engines` has it. */
export const MINIMUM_NODE = [20, 10];

/** Throw a {@link PlainError} when `version` ("v20.11.1") is older than {@link MINIMUM_NODE}. */
export function requireNode(version = process.version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return;
  throw new PlainError(
    `Node ${version} is too old: install Node 22 or newer (from nodejs.org, or with nvm; ${MINIMUM_NODE.join(".")} is the oldest that works), then run this again.`,
  );
}

/** The Node that is recommended: the oldest that still gets repairs. */
export const RECOMMENDED_NODE = 22;

/** One line for whoever starts the lab on an older Node that works; undefined on others. */
export function nodeAdvice(version = process.version) {
  if (Number(version.replace(/^v/, "").split(".")[0]) >= RECOMMENDED_NODE) return undefined;
  return `Node ${version} works, but is past its end of life and gets no more repairs: Node ${RECOMMENDED_NODE} or newer is recommended (from nodejs.org, or with nvm).`;
}

/**
 * Run a script's `main(arguments)` and exit with the code that it returns (none is 0).
 * A {@link PlainError} becomes one line and code 1; any other error is a mistake of ours and keeps its stack.
 */
export async function program(main) {
  try {
    requireNode();
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** Parse `args` by `util.parseArgs` options; a wrong option becomes a sentence with the usage line. */
export function parseOptions(util, args, options, usage) {
  try {
    return util.parseArgs({ args, options }).values;
  } catch (error) {
    throw new PlainError(`${error.message.split(". ")[0]}. Usage: ${usage}`);
  }
}
