import { spawn } from "node:child_process";
import { noteInLock } from "./lock.mjs";

/**
 * Run a command to its end.
 *
 * @returns `{ code, output }`: exit code (127 when the command is not there) and stdout and stderr together
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    noteInLock(child.pid);
    let output = "";
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    child.on("error", (error) => resolve({ code: 127, output: error.message }));
    child.on("close", (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}\n(${signal})` : output }),
    );
  });
}

/** The last `count` lines of an output that say something, indented, for a failure that no sentence covers. */
export function tail(output, count = 12) {
  const lines = output.split("\n").filter((line) => line.trim());
  return lines
    .slice(-count)
    .map((line) => `    ${line}`)
    .join("\n");
}
