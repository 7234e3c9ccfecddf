import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { diskError, diskReason } from "../../base/disk";
import { sha256 } from "../../base/hash";
import { replaceFile } from "../../base/replace-file";
import type { Tokens } from "./budget";
import type { Task } from "./request";

/** How the form of a reply was asked for: by a schema that the server enforces, as any JSON object, or in words alone. */
export const FORMATS = ["json_schema", "json_object_schema", "json_object", "text"] as const;
export type Format = (typeof FORMATS)[number];

/** A reply that was complete and within bounds, as it is kept. */
export interface KeptReply {
  model: string;
  host: string;
  task: Task;
  about: string;
  /** How its form was asked for. */
  format: Format;
  /** Whether a first reply was wrong and this is the second. */
  repaired: boolean;
  /** What the server said it used; absent where it did not say. */
  usage?: Tokens;
  /** The user's message that it answers. */
  asked: string;
  /** The reply, word for word. */
  text: string;
}

/** Replies of language models, by the key of what was asked. */
export interface ReplyCache {
  folder: string;
  /** Undefined where there is none, or a damaged one. */
  read(key: string): KeptReply | undefined;
  write(key: string, reply: KeptReply): void;
}

/** A cache below a folder, which is made when the first reply comes: a file a reply, `KE/KEY.json`, replaced whole. */
export function openCache(folder: string): ReplyCache {
  const fileOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`);
  return {
    folder,
    read(key) {
      try {
        const { sum, ...reply } = JSON.parse(readFileSync(fileOf(key), "utf8")) as KeptReply & { sum: string };
        return sum === checksum(key, reply) ? reply : undefined;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === undefined || code === "ENOENT" || code === "ENOTDIR") return undefined;
        throw unusable(error, folder, "read");
      }
    },
    write(key, reply) {
      try {
        mkdirSync(join(folder, key.slice(0, 2)), { recursive: true });
        replaceFile(fileOf(key), `${JSON.stringify({ ...reply, sum: checksum(key, reply) }, null, 2)}\n`);
      } catch (error) {
        throw unusable(error, folder, "written");
      }
    },
  };
}

const checksum = (key: string, reply: KeptReply): string => sha256(`${key}\n${JSON.stringify(reply)}`);

function unusable(error: unknown, folder: string, done: "read" | "written"): unknown {
  const reason = diskReason(error);
  if (reason === undefined) return error;
  const sentence = `A reply of the model could not be ${done} in ${folder} (${reason}): the others are whole; make room there, or choose another folder by the environment variable MSAE_RUNS, and run it again.`;
  return diskError(error, sentence);
}
