import type { LabelEdit } from "../formats/label-edits";
import type { Label } from "../records/label";

/**
 * Put people's labels in place of others.
 *
 * @param strongest id of each latent's strongest item, by latent: an edit that names another was written for another latent
 * @returns labels by latent, and in a sentence each edit that was left out
 */
export function applyEdits(
  labels: readonly Label[],
  edits: readonly LabelEdit[],
  strongest: ReadonlyMap<number, string>,
): { labels: Label[]; left: string[] } {
  const byLatent = new Map(labels.map((label) => [label.latent, label]));
  const left: string[] = [];
  for (const { line, strongest: said, ...label } of edits) {
    const now = strongest.get(label.latent);
    if (now === undefined) left.push(`line ${line}: latent ${label.latent} does not fire on half A of the items`);
    else if (said !== undefined && said !== now)
      left.push(
        `line ${line}: the strongest item of latent ${label.latent} is ${now} now, and was ${said} when its label was written`,
      );
    else byLatent.set(label.latent, label);
  }
  return { labels: [...byLatent.values()].sort((a, b) => a.latent - b.latent), left };
}
