import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync } from "node:zlib";

/** One answer of a host; `serve` is the honest one. */
export type Answer = (request: IncomingMessage, response: ServerResponse, file: HostedFile) => void;

/** A file as its host has it at the moment. */
export interface HostedFile {
  bytes: Buffer;
  etag?: string;
  lastModified?: string;
}

/** A host whose next answers are scripted, and which is honest after them. */
export interface Host {
  url: string;
  files: Map<string, HostedFile>;
  script: Answer[];
  /** Every request: method, path and headers. */
  asked: { method: string; path: string; headers: IncomingMessage["headers"] }[];
  close: () => void;
}

export async function openHost(): Promise<Host> {
  const files = new Map<string, HostedFile>();
  const script: Answer[] = [];
  const asked: Host["asked"] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    asked.push({ method: request.method!, path, headers: request.headers });
    const file = files.get(path);
    if (!file) return response.writeHead(404).end();
    (request.method === "HEAD" ? serve : (script.shift() ?? serve))(request, response, file);
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, files, script, asked, close: () => stop(server) };
}

/** A proxy for plain HTTP that counts what goes through it. */
export async function openProxy(): Promise<{ url: string; passed: string[]; close: () => void }> {
  const passed: string[] = [];
  const server = createServer(async (request, response) => {
    passed.push(request.url!);
    const answer = await fetch(request.url!, { method: request.method });
    response.writeHead(answer.status, { "content-length": answer.headers.get("content-length") ?? "0" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, passed, close: () => stop(server) };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

/** Answer as a good host does: ranges, held to the version by If-Range. */
export const serve: Answer = (request, response, file) => {
  const { start, headers, status } = plan(request, file);
  response.writeHead(status, headers);
  response.end(request.method === "HEAD" ? undefined : file.bytes.subarray(start));
};

function plan(request: IncomingMessage, { bytes, etag, lastModified }: HostedFile) {
  const version = { ...(etag ? { etag } : {}), ...(lastModified ? { "last-modified": lastModified } : {}) };
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? "");
  const same = [etag, lastModified].includes(request.headers["if-range"] as string);
  if (!asked || !same) return { start: 0, status: 200, headers: { ...version, "content-length": bytes.length } };
  const start = Number(asked[1]);
  if (start >= bytes.length)
    return { start: bytes.length, status: 416, headers: { ...version, "content-range": `bytes */${bytes.length}` } };
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  return {
    start,
    status: 206,
    headers: { ...version, "content-length": bytes.length - start, "content-range": range },
  };
}

/** Answer well, but drop the connection after so many bytes. */
export const dropAfter =
  (count: number): Answer =>
  (request, response, file) => {
    const { start, headers, status } = plan(request, file);
    response.writeHead(status, headers);
    response.write(file.bytes.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
  };

/** Answer well, but fall silent after so many bytes. */
export const stallAfter =
  (count: number): Answer =>
  (request, response, file) => {
    const { start, headers, status } = plan(request, file);
    response.writeHead(status, headers);
    response.write(file.bytes.subarray(start, start + count));
  };

/** State a length that is not the file's. */
export const lie =
  (length: number): Answer =>
  (_request, response, file) => {
    response.writeHead(200, { etag: file.etag, "content-length": length });
    response.write(file.bytes.subarray(0, Math.min(length, file.bytes.length)), () =>
      setTimeout(() => response.destroy(), 20),
    );
  };

/** An answer without the file. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end();
  };

/** Ignore ranges, as hosts behind some caches do. */
export const wholeAlways: Answer = (_request, response, { bytes, etag }) => {
  response.writeHead(200, { ...(etag ? { etag } : {}), "content-length": bytes.length });
  response.end(bytes);
};

/** A zip of these files; no checksums of the entries, which the reader does not look at. */
export function zip(entries: Record<string, string>): Buffer {
  const [locals, directory]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)];
    const packed = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(path.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    locals.push(Buffer.concat([Buffer.from("PK\x03\x04"), common, path, packed]));
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, place, path]));
    offset += locals.at(-1)!.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}

/** Answer well, a piece each few milliseconds; only the first one before `goOn`. */
export const trickle =
  (piece: number, everyMs: number, goOn?: Promise<void>): Answer =>
  async (request, response, file) => {
    const { start, headers, status } = plan(request, file);
    response.writeHead(status, headers);
    for (let at = start; at < file.bytes.length && !response.destroyed; at += piece) {
      response.write(file.bytes.subarray(at, at + piece));
      await new Promise((next) => setTimeout(next, everyMs));
      await goOn;
    }
    response.end();
  };
