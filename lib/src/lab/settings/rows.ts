import { z } from "zod";
import { type ListedSetting, listSettings } from "../../base/setting-list";
import { valueText } from "../../base/settings";
import { labShape, type Preset, presetConfig } from "../../stages/config";
import { groupPresets, type Kinds } from "./layers";

/** A setting as help, the page and completion show it. */
export interface SettingRow extends ListedSetting {
  /** Its value where nothing is said, in both presets where they differ. */
  value: string;
}

/** Every setting of a run, each once in every kind of group that has it, with the value that the presets give it. */
export function settingRows(): SettingRow[] {
  const rows: SettingRow[] = [];
  for (const listed of listSettings(z.strictObject(labShape()))) {
    const { [listed.path]: tag, ...when } = listed.when;
    const same = tag === undefined ? undefined : rows.find(({ path }) => path === listed.path);
    // What names a kind stands once, with all kinds.
    if (same) same.type += ` | ${listed.type}`;
    else rows.push({ ...listed, when, value: presetValue(listed) });
  }
  return rows;
}

function presetValue({ path, when, default: own }: ListedSetting): string {
  if (path === "preset") return valueText(own);
  const [calibrated, paper] = (["calibrated", "paper"] as const).map((preset) => {
    const value = valueAt(configFor(preset, path in when ? {} : when), path);
    return valueText(value ?? own);
  });
  return calibrated === paper ? calibrated : `${calibrated}; paper: ${paper}`;
}

/** A preset's configuration with groups of these kinds. */
function configFor(preset: Preset, when: ListedSetting["when"]): object {
  const config = presetConfig(preset);
  const kinds: Kinds = {
    data: when["data.kind"] ?? config.data.kind,
    mf: when["mf.kind"] ?? config.mf.kind,
    sae: when["sae.architecture"] ?? config.sae.architecture,
  };
  return { ...config, ...groupPresets(preset, kinds) };
}

const valueAt = (config: object, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], config);

/** Rows in sections: the group, and the kind of it where there are kinds. */
export function settingSections(rows: readonly SettingRow[] = settingRows()): [title: string, SettingRow[]][] {
  const sections = new Map<string, SettingRow[]>();
  for (const row of rows) {
    const [group] = row.path.includes(".") ? row.path.split(".") : ["the whole run"];
    const kind = Object.entries(row.when).map(([name, value]) => `${name}=${value}`);
    const title = [group, ...kind].join(", ");
    sections.set(title, [...(sections.get(title) ?? []), row]);
  }
  return [...sections];
}
