/** Counts of tests: `{ passed, failed, skipped }`. */
export const tally = (passed = 0, failed = 0, skipped = 0) => ({ passed, failed, skipped });

/** The sum of many tallies. */
export const total = (tallies) =>
  tallies.reduce((a, b) => tally(a.passed + b.passed, a.failed + b.failed, a.skipped + b.skipped), tally());

/** The closing line: "12 passed, 0 failed, 1 skipped". */
export const inWords = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Say how one test ended, in a line; `detail` of a failed one follows it. */
export function report(ok, name, seconds, detail = "") {
  console.log(`${ok ? "ok  " : "FAIL"} ${name}${seconds === undefined ? "" : `  ${seconds.toFixed(1)} s`}`);
  if (!ok && detail) console.log(indent(detail));
  return ok ? tally(1) : tally(0, 1);
}

/** Seconds since `started` (performance.now()). */
export const since = (started) => (performance.now() - started) / 1000;

const indent = (text) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => `     ${line}`)
    .join("\n");
