import { z } from "zod";
import { between, described } from "../../base/settings";
import { type AxisSetting, axisSetting } from "../axis-setting";
import { PAPER_PRUNE, type PruneShape, pruneSettings } from "../prune";
import { type FilterShape, filterSettings } from "./distinct";
import { type CategoriesSetting, categoriesSetting } from "./read-items";
import { type ColumnShape, columnSettings } from "./read-ratings";

type Strict<Shape extends z.core.$ZodShape> = z.ZodObject<Shape, z.core.$strict>;

/** Settings of a user's own files, by name: {@link filesSettings} describes each. */
export type FilesShape = {
  kind: z.ZodLiteral<"files">;
  ratings: z.ZodString;
  items: z.ZodOptional<z.ZodString>;
  columns: z.ZodOptional<Strict<ColumnShape>>;
  categories: z.ZodOptional<CategoriesSetting>;
  axis: z.ZodOptional<z.ZodType<AxisSetting>>;
  filter: z.ZodOptional<Strict<FilterShape>>;
  cleanCategories: z.ZodOptional<z.ZodBoolean>;
  maxRejected: z.ZodNumber;
  prune: Strict<PruneShape>;
};

/** One row in a hundred: more than that is no slip but the wrong format. */
export const MAX_REJECTED = 0.01;

/** Files of the user. */
export type FilesSource = z.infer<z.ZodObject<FilesShape>>;

/** What is set for files where nothing is said. */
export const FILES_DEFAULTS: Omit<FilesSource, "ratings"> = {
  kind: "files",
  maxRejected: MAX_REJECTED,
  filter: {},
  prune: PAPER_PRUNE,
};

/** Each setting of a user's own files. */
export const filesSettings: Strict<FilesShape> = z.strictObject({
  kind: described(z.literal("files"), {
    ...{
      meaning: "Where the data comes from: the generator, or files.",
      unit: "name",
      default: "planted",
      source: "ours",
    },
  }),
  ratings: described(
    z
      .string({
        error: ({ input, path = [] }) =>
          `${path.join(".")} is ${input === undefined ? "missing" : JSON.stringify(input)}: name the file of interactions.`,
      })
      .min(1, "data.ratings is empty: name the file of interactions."),
    {
      meaning: "Interactions: CSV, TSV, `::`-separated text, JSON lines or Parquet, plain or gzipped.",
      ...{ unit: "file", default: undefined, source: "yours" },
    },
  ),
  items: described(
    z.string().min(1, "data.items is empty: name the file of item metadata, or leave it out.").optional(),
    {
      meaning: "Item metadata, in the same forms; may be the same file. Without it, items have ids only.",
      ...{ unit: "file", default: undefined, source: "yours" },
    },
  ),
  columns: columnSettings.optional(),
  categories: categoriesSetting.optional(),
  axis: axisSetting.optional(),
  filter: filterSettings.optional(),
  cleanCategories: described(z.boolean().optional(), {
    meaning:
      "Category names are cleaned of HTML entities, single letters, store names and notices; the paper does not.",
    ...{ unit: "yes or no", default: undefined, source: "arXiv 2606.29341, section 3" },
  }),
  maxRejected: described(between(0, 1), {
    meaning: "Greatest share of a file's rows that may be bad before the run stops.",
    ...{ unit: "share", default: MAX_REJECTED, source: "ours" },
  }),
  prune: pruneSettings,
});
