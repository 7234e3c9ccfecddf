import { PlainError } from "./program.mjs";
import { tail } from "./run.mjs";

const NETWORK =
  /ENOTFOUND|ENOTCACHED|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|NewConnectionError|ConnectTimeoutError|ProxyError|Failed to establish a new connection|name resolution|dns error|error sending request|Connection refused|Failed to fetch|Max retries exceeded/i;
const DISK = /ENOSPC|No space left on device/i;
const RIGHTS = /EACCES|EPERM|Permission denied/;

/** Does an installer's output say that a server was not reached? */
export const isNetworkTrouble = (output) => NETWORK.test(output);

/**
 * The error for an installer that failed: one sentence for the causes that a reader can mend, else its last lines.
 *
 * @param what what was being installed, e.g. "The npm packages"
 * @param source who was asked for it: { name: "the npm registry", hint: "the proxy settings …" }
 */
export function installError(what, source, output) {
  if (DISK.test(output))
    return new PlainError(`${what} could not be installed: the disk is full. Free about 3 GB and run this again.`);
  if (isNetworkTrouble(output))
    return new PlainError(
      `${what} could not be installed: ${source.name} was not reached. Check the network and ${source.hint}, then run this again.`,
    );
  if (RIGHTS.test(output))
    return new PlainError(
      `${what} could not be installed: a file or folder here belongs to someone else. Make the project's folder yours (\`sudo chown -R "$USER" .\`) and run this again.`,
    );
  return new PlainError(`${what} could not be installed; the installer's last lines were:\n${tail(output)}`);
}
