import { createServer } from "node:net";
import { PlainError } from "./program.mjs";

const FIRST = 8888;
const TRIES = 50;

/** Can `port` of 127.0.0.1 be listened on? */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The port to serve on: the one asked for, or the first free one from 8888 on (saying so when it is another). */
export async function choosePort(asked) {
  if (asked !== undefined) return requirePort(asked);
  for (let port = FIRST; port < FIRST + TRIES; port++) {
    if (!(await isFree(port))) continue;
    if (port !== FIRST) console.log(`Port ${FIRST} is in use; using ${port}.`);
    return port;
  }
  throw new PlainError(
    `Ports ${FIRST} to ${FIRST + TRIES - 1} are all in use: stop what runs there, or pass --port N.`,
  );
}

async function requirePort(asked) {
  const port = Number(asked);
  if (!Number.isInteger(port) || port < 1 || port > 65535)
    throw new PlainError(`--port ${asked} is not a port: give a whole number from 1 to 65535.`);
  if (await isFree(port)) return port;
  throw new PlainError(
    `Port ${port} is in use or not yours to open: stop what runs there, pass another --port, or leave --port out to have a free one chosen.`,
  );
}
