import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Exhibit } from "../../../lib/src/records/label";

/** A request as the server got it. */
export interface Asked {
  /** Number of the latent, or −1. */
  latent: number;
  /** How often this latent was asked for before. */
  before: number;
  /** How many requests came before. */
  at: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a client sends
  body: any;
  authorization: string;
}

/** What a server does with a request. */
export interface Reaction {
  status?: number;
  headers?: Record<string, string>;
  /** The body, as JSON. */
  json?: unknown;
  /** The body, as it is. */
  raw?: string;
  /** Send half the body, and: break the connection off, or say nothing more. */
  half?: "broken" | "silent";
  /** Resolves when the answer may go. */
  after?: Promise<void>;
}

export type Script = (asked: Asked) => Reaction;

/** A server of OpenAI's protocol on this machine. */
export interface ProtocolServer {
  baseURL: string;
  asked: Asked[];
  /** Latents whose good replies went out whole, one entry a reply. */
  delivered: number[];
  /** The most requests that were open at a time. */
  mostOpen: number;
  script: Script;
  /** Called when a request was left in silence. */
  onSilence: () => void;
  close(): Promise<void>;
}

/** Start a server that does what a script says. */
export async function startServer(script: Script = ({ latent }) => good(latent)): Promise<ProtocolServer> {
  const counts = new Map<number, number>();
  let open = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    open++;
    server.mostOpen = Math.max(server.mostOpen, open);
    response.on("close", () => open--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const latent = latentOf(body);
    const before = counts.get(latent) ?? 0;
    counts.set(latent, before + 1);
    const asked = { latent, before, at: server.asked.length, body, authorization: `${request.headers.authorization}` };
    server.asked.push(asked);
    const { status = 200, headers = {}, json, raw, half, after } = server.script(asked);
    const text = raw ?? JSON.stringify(json);
    await after;
    if (response.destroyed) return;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    if (half === undefined) {
      response.end(text);
      if (status === 200 && goodReplies.has(json as object)) server.delivered.push(latent);
      return;
    }
    response.write(text.slice(0, text.length / 2), () => {
      if (half === "broken") response.destroy();
      else server.onSilence();
    });
  };
  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((ready) => http.listen(0, "127.0.0.1", ready));
  const server: ProtocolServer = {
    baseURL: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    asked: [],
    delivered: [],
    mostOpen: 0,
    script,
    onSilence: () => {},
    close: () =>
      new Promise((done) => {
        http.close(() => done());
        http.closeAllConnections();
      }),
  };
  return server;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever a client sends
function latentOf(body: any): number {
  try {
    return JSON.parse(body.messages[1].content).neuron_id ?? -1;
  } catch {
    return -1;
  }
}

/** Bodies that hold a whole reply within bounds. */
const goodReplies = new WeakSet<object>();

export const USAGE = { prompt_tokens: 1000, completion_tokens: 1000 };

/** A completion with any text. */
export const completion = (content: string | null, more: { finish?: string; refusal?: string } = {}): object => ({
  id: "1",
  object: "chat.completion",
  model: "test",
  choices: [
    { index: 0, finish_reason: more.finish ?? "stop", message: { role: "assistant", content, refusal: more.refusal } },
  ],
  usage: { ...USAGE, total_tokens: 2000 },
});

/** The JSON of a label as it should be. */
export const labelText = (latent: number): string =>
  JSON.stringify({
    broad_label: `Theme ${latent}`,
    refined_label: `Theme ${latent}, kind ${latent}`,
    description: "What they share.",
    confidence: "high",
    evidence: ["one", "two", "three"],
  });

/** A good label. @param wrap puts something around its JSON */
export function good(latent: number, wrap: (json: string) => string = (json) => json): Reaction {
  const json = completion(wrap(labelText(latent)));
  goodReplies.add(json);
  return { json };
}

/** An error in the form of OpenAI's. */
export const failure = (status: number, message: string, more: object = {}, headers = {}): Reaction => ({
  status,
  headers,
  json: { error: { message, ...more } },
});

/** Latents with items of their own. */
export const exhibitsOf = (
  count: number,
  title = (latent: number, at: number) => `Shoe ${latent} no. ${at}`,
): Exhibit[] =>
  Array.from({ length: count }, (_, latent) => ({
    latent,
    items: Array.from({ length: 25 }, (_, at) => ({
      id: `${latent}-${at}`,
      title: title(latent, at),
      store: "A store",
      categories: ["Clothing", "Women", "Shoes"],
    })),
  }));
