import { InputError } from "../../base/errors";
import { quote } from "../../base/quote";
import { type SettingRow, settingRows, settingSections } from "./rows";

/**
 * The rows of one setting, of a group of them, or all.
 *
 * @param name "mf", "data.prune", "sae.lr" @throws InputError when nothing has the name
 */
export function rowsOf(name?: string): SettingRow[] {
  const all = settingRows();
  if (name === undefined) return all;
  const rows = all.filter(({ path }) => path === name || path.startsWith(`${name}.`));
  if (rows.length > 0) return rows;
  const groups = [...new Set(all.map(({ path }) => path.split(".")[0]))].join(", ");
  throw new InputError(`There is no setting or group ${quote(name)}: the groups are ${groups}.`);
}

/** Settings for a terminal: each with its meaning, and below it type, unit, default and source. */
export function settingsText(rows: readonly SettingRow[] = settingRows()): string {
  const row = ({ path, meaning, type, unit, value, source }: SettingRow): string =>
    `  ${path}  ${meaning}\n      ${type}; unit: ${unit}; default: ${value}; source: ${source}`;
  return settingSections(rows)
    .map(([title, each]) => `${title}\n${each.map(row).join("\n")}\n`)
    .join("\n");
}

const WRITTEN = "Written by `npm run settings` from the schemas";

/** The page `docs/settings.md`. */
export function settingsPage(): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const row = ({ path, meaning, unit, value, source }: SettingRow): string =>
    `| \`${path}\` | ${[meaning, unit, `\`${value}\``, source].map(cell).join(" | ")} |`;
  const section = ([title, rows]: [string, SettingRow[]]): string => {
    const [group, kind] = title.split(", ");
    const name = group.includes(" ") ? "The whole run" : `\`${group}\``;
    const head = kind === undefined ? name : `${name}, where \`${kind}\``;
    return `## ${head}\n\n| setting | meaning | unit | default | source |\n|---|---|---|---|---|\n${rows.map(row).join("\n")}\n`;
  };
  return `# Every setting of a run

<!-- ${WRITTEN}; edit those, not this page. -->

- On the command line: \`npx msae-lab run --set mf.alpha=20 --set sae.epochs=60\`, or \`--config FILE\` with JSON such as \`{"mf": {"alpha": 20}}\`.
- In a notebook: \`openLab({ set: { "mf.alpha": 20 } })\` or \`lab.with({ set: { … } })\`; the names are completed.
- \`npx msae-lab settings\` prints this list, \`npx msae-lab settings mf\` a part of it.
- Single settings win over named options, these over a file, and a file over the preset. Where the presets differ, the second value is that of \`--preset paper\`, and the source is that of the paper's.
- A group that has kinds (\`data.kind\`, \`mf.kind\`, \`sae.architecture\`) has the settings of the kind that is named.

${settingSections().map(section).join("\n")}`;
}

/** The source `lab/settings/values.ts`: settings by dotted path, for completion. */
export function settingsSource(): string {
  const byPath = new Map<string, SettingRow[]>();
  for (const row of settingRows()) byPath.set(row.path, [...(byPath.get(row.path) ?? []), row]);
  const fields = [...byPath].map(([path, rows]) => {
    const doc = ({ meaning, unit, value, source }: SettingRow): string =>
      `${meaning} Unit: ${unit}. Default: ${value}. Source: ${source}.`;
    const docs = new Set(rows.map(doc));
    const kind = ({ when }: SettingRow): string => Object.values(when).join(", ");
    const text = docs.size === 1 ? [...docs][0] : rows.map((row) => `In ${kind(row)}: ${doc(row)}`).join(" ");
    const types = new Set(rows.map((row) => row.type));
    // An architecture may be one that was registered.
    if (path === "sae.architecture") types.add("(string & Record<never, never>)");
    const type = [...types].join(" | ");
    return `  /** ${text} */\n  ${path.includes(".") ? JSON.stringify(path) : path}?: ${type};`;
  });
  return `// ${WRITTEN}; edit those.

/** Settings by dotted path, as \`openLab({ set: { … } })\` takes them. An architecture of your own may have others. */
export interface SettingValues {
${fields.join("\n")}
  [path: string]: unknown;
}
`;
}
