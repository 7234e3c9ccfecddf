/** Memory or compiled code of WebAssembly; what the system refuses becomes an error that says how to get it. */
export function granted<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(
      `WebAssembly was not given the memory that it asks for (${error.message}): end other programs, or lift the limit on the address space (\`ulimit -v unlimited\`), and run it again.`,
    );
  }
}

/** Why a thread has failed: one that could not be started for want of open files or threads is told as that. */
export function threadError(error: Error): Error {
  if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_INIT_FAILED") return error;
  return new Error(
    `A thread could not be started (${error.message}): allow more open files or processes (\`ulimit -n\`, \`ulimit -u\`), or set MSAE_THREADS=1, and run it again.`,
  );
}
