import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors";
import { shown } from "../base/quote";
import type { LabelSet } from "../explore/measure";
import { readJsonFile } from "../formats/json-file";
import { isOwn } from "../lab/own-files";
import { CONFIDENCES } from "../records/label";

const share = z.number();

/** A line of a model's labels, as `msae-lab labels` writes it. */
const schema = z.looseObject({
  latent: z.int().min(0),
  broad: z.string(),
  refined: z.string(),
  description: z.string(),
  confidence: z.enum(CONFIDENCES),
  evidence: z.array(z.string()),
  source: z.enum(["lexical", "model", "person"]),
  detectionAuroc: share.optional(),
  detectionLow: share.optional(),
  detectionHigh: share.optional(),
  balancedAccuracy: share.optional(),
  f1: share.optional(),
  unanswered: share.optional(),
  nearMissAuroc: share.optional(),
  intruderRight: z.int().optional(),
  intruderRounds: z.int().optional(),
});

/** The lines of a table of labels. @throws InputError with file and line of the first that is none */
function rowsOf(file: string): z.infer<typeof schema>[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line, at) => {
      if (line.trim() === "") return [];
      try {
        return [schema.parse(JSON.parse(line))];
      } catch {
        throw new InputError(
          `${shown(file)}, line ${at + 1} is no label as \`msae-lab labels\` writes it: run that again, or move the file away.`,
        );
      }
    });
}

/** Labels by language models that lie beside a card, a set a model in the order of their files; what is not of this lab is left out. */
export function modelLabelSets(folder: string): LabelSet[] {
  const ending = ".labels.jsonl";
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending) && isOwn(join(folder, name)))
    .sort()
    .map((name): LabelSet => {
      const file = join(folder, name);
      const { model } = readJsonFile(
        file.replace(/l$/, ""),
        "summary of labels",
        "run `msae-lab labels` again",
        64 << 20,
      ) as {
        model?: string;
      };
      const rows = rowsOf(file).filter(({ source }) => source === "model");
      return {
        model: model ?? name.slice(0, -ending.length),
        labels: rows,
        failed: [],
        scores: rows.flatMap((row) => {
          const {
            latent,
            detectionAuroc: auroc,
            detectionLow: low = Number.NaN,
            detectionHigh: high = Number.NaN,
          } = row;
          if (auroc === undefined) return [];
          const { balancedAccuracy = Number.NaN, f1 = Number.NaN, unanswered = 0, nearMissAuroc } = row;
          const detection = { auroc, low, high, balancedAccuracy, f1, unanswered, items: 0 };
          return [
            {
              ...{ latent, detection, quantiles: [] },
              ...(nearMissAuroc !== undefined && { nearMiss: { ...detection, auroc: nearMissAuroc } }),
              intruder: { right: row.intruderRight ?? 0, rounds: row.intruderRounds ?? 0, unanswered: 0 },
            },
          ];
        }),
      };
    });
}
