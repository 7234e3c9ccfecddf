import { basename } from "node:path";
import type { LabOptions } from "./config";
import { display, inNotebook, noteBundle } from "./notebook";

/**
 * What `openLab` opens, as sets of options, the strongest last: the options of the command line that runs the notebooks, a cell's own, and
 * the single settings of the command line. These come in `MSAE_OPEN`, as JSON, to the kernels that `msae-lab notebooks` starts. A cell that names ratings of its own opens no other data.
 */
export function openedLayers(own: LabOptions): LabOptions[] {
  const text = process.env.MSAE_OPEN;
  if (text === undefined) return [own];
  const { set = {}, ...opened } = JSON.parse(text) as LabOptions;
  if (own.ratings !== undefined) return [own];
  if (inNotebook() && opened.ratings !== undefined)
    display(
      noteBundle(
        `This page runs on ${basename(opened.ratings)}, as the command line asked: what the text says of the starter data need not hold of it.`,
      ),
    );
  return [opened, own, { set }];
}
