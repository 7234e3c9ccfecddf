import type { TestSettings } from "../labels/scoring/tests";
import type { LabelConfig } from "./config";

/** What of the labels' settings the tests depend on. */
export function testSettings({ tested, top, quantiles, intruders }: LabelConfig): TestSettings {
  return { items: tested, top, quantiles, intruders };
}
