import { readFileSync } from "node:fs";
import { z } from "zod";
import { InputError } from "../base/errors";
import { shown } from "../base/quote";
import { CONFIDENCES, type Label } from "../records/label";
import { JsonFault, parseStrictJson } from "./strict-json";

/** A label that somebody wrote, with the item by which its latent is known again. */
export interface LabelEdit extends Label {
  /** Id of the latent's strongest item when it was written; absent where nobody said. */
  strongest?: string;
  /** Line of the file, from 1. */
  line: number;
}

const text = (what: string): z.ZodString => z.string(`${what} is missing or no text`).trim().min(1, `${what} is empty`);

/** A line; fields that a label does not have, such as scores that were copied along, say nothing. */
const schema = z.looseObject({
  latent: z.int("latent is missing or no whole number").min(0, "latent is below 0"),
  broad: text("broad"),
  refined: text("refined").optional(),
  description: z.string("description is no text").optional(),
  confidence: z.enum(CONFIDENCES, `confidence is none of ${CONFIDENCES.join(", ")}`).optional(),
  evidence: z.array(z.string(), "evidence is no list of texts").optional(),
  strongest: z.string("strongest is no text").optional(),
});

/**
 * Labels that people wrote: JSON lines, an object a line with `latent` and `broad`, and where wanted `refined`, `description`,
 * `confidence`, `evidence` and `strongest`. Empty lines count for nothing; of a latent that is there twice the file is refused.
 *
 * @throws InputError with file and line of the first that is wrong
 */
export function readLabelEdits(file: string): LabelEdit[] {
  const edits: LabelEdit[] = [];
  const lineOf = new Map<number, number>();
  const lines = readFileSync(file, "utf8")
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/);
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (content.trim() === "") continue;
    const wrong = (why: string): InputError =>
      new InputError(
        `${shown(file)}, line ${line}: ${why}. A line is an object such as {"latent": 3, "broad": "Women's shoes"}: mend it, or take it out.`,
      );
    const found = schema.safeParse(parsed(content, wrong));
    if (!found.success) throw wrong(found.error.issues[0].message);
    const {
      latent,
      broad,
      refined = broad,
      description = "",
      confidence = "high",
      evidence = [],
      strongest,
    } = found.data;
    const before = lineOf.get(latent);
    if (before !== undefined) throw wrong(`latent ${latent} has a label in line ${before} already`);
    lineOf.set(latent, line);
    edits.push({
      ...{ latent, broad, refined, description, confidence, evidence, source: "person", line },
      ...(strongest === undefined ? {} : { strongest }),
    });
  }
  return edits;
}

function parsed(line: string, wrong: (why: string) => InputError): unknown {
  try {
    return parseStrictJson(Buffer.from(line));
  } catch (error) {
    if (error instanceof JsonFault) throw wrong(`it ${error.message}`);
    throw error;
  }
}
