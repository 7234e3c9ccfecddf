import { z } from "zod";
import type { Tokens } from "./budget";
import { objectsIn } from "./extract";
import { faultOf } from "./label-request";
import type { ModelRequest } from "./request";
import { withoutSecrets } from "./secrets";

/** What a server answered, as far as it matters. */
export interface Reply {
  text: string;
  /** Why the model ended: "stop", "length", "content_filter", … */
  finish: string;
  /** The model's words where it refused. */
  refusal: string;
  usage?: Tokens;
}

const COUNT = z.number().min(0);

/** The part of an answer that is read; servers differ in all the rest. */
const ANSWER = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: COUNT, completion_tokens: COUNT }).nullish().catch(undefined),
});

/** A server's answer, held to the protocol; undefined for anything else. Secrets that it repeats are taken out. */
export function replyOf(answer: unknown): Reply | undefined {
  const { data } = ANSWER.safeParse(answer);
  if (!data) return undefined;
  const [{ finish_reason, message }] = data.choices;
  const { usage } = data;
  return {
    text: withoutSecrets(message.content ?? ""),
    finish: finish_reason ?? "stop",
    refusal: withoutSecrets(message.refusal ?? ""),
    ...(usage ? { usage: { input: usage.prompt_tokens, output: usage.completion_tokens } } : {}),
  };
}

/** What a reply is worth: a value; wrong, so that asking again may help; or refused. */
export type Verdict<T> = { value: T } | { wrong: string } | { refused: string };

/** Judge a reply by why it ended, by the form that was asked for, whatever the server enforces, and by our bounds. */
export function judged<T>(request: ModelRequest<T>, { text, finish, refusal }: Omit<Reply, "usage">): Verdict<T> {
  if (finish === "content_filter") return { refused: "the server's content filter held the reply back" };
  if (refusal !== "") return { refused: `the model refused: ${refusal}` };
  if (finish === "length") return { wrong: "it was cut off because it is too long" };
  return readText(request, text);
}

/** The value that a text gives. */
export function readText<T>(request: ModelRequest<T>, text: string): { value: T } | { wrong: string } {
  let fault: string | undefined;
  for (const candidate of objectsIn(text)) {
    const { data, error } = request.schema.safeParse(candidate);
    const result = error ? { wrong: faultOf(error) } : request.check(data);
    if ("value" in result) return result;
    fault ??= result.wrong;
  }
  return { wrong: fault ?? "there is no JSON object in it" };
}
