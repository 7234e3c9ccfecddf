import type { Figure } from "../charts/figure";
import { escapeHtml } from "./escape-html";

/** A MIME bundle: the same thing in several forms, of which the viewer shows the richest it can. */
export type Bundle = Readonly<Record<string, unknown>>;

type WriteDisplay = (
  content: { data: Bundle; metadata: Record<string, never>; transient: { display_id?: string } },
  update: boolean,
) => void;

/** The kernel's own display function, or undefined outside a notebook. Asked at call time: the kernel sets it per cell. */
function kernelDisplay(): WriteDisplay | undefined {
  // The kernel is loaded before us or not at all: what is not in the cache is not running.
  const loaded = Object.entries(require.cache).find(([file]) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file));
  return (
    (loaded?.[1]?.exports as { lastWriteDisplayData?: WriteDisplay } | undefined)?.lastWriteDisplayData ?? undefined
  );
}

/** Whether this code runs in a notebook cell. */
export function inNotebook(): boolean {
  return kernelDisplay() !== undefined;
}

/** Show a bundle in the running cell; in a terminal its text is printed. */
export function display(bundle: Bundle): void {
  const write = kernelDisplay();
  if (write) write({ data: bundle, metadata: {}, transient: {} }, false);
  else if (typeof bundle["text/plain"] === "string") console.log(bundle["text/plain"]);
}

/** A place on the page that can be written again and again. */
export interface LiveDisplay {
  update(bundle: Bundle): void;
}

let displays = 0;

/** Open a place in the running cell whose content is replaced by each update; nothing outside a notebook. */
export function liveDisplay(): LiveDisplay {
  const write = kernelDisplay();
  displays++;
  const transient = { display_id: `msae-lab-${process.pid}-${Date.now()}-${displays}` };
  let shown = false;
  return {
    update(data) {
      write?.({ data, metadata: {}, transient }, shown);
      shown = true;
    },
  };
}

/** A sentence in the place of what cannot be shown. */
export function noteBundle(sentence: string): Bundle {
  const style = "max-width:50em;margin:4px 0;padding:4px 10px;border-left:3px solid #e69f00";
  return { "text/html": `<div style="${style}">${escapeHtml(sentence)}</div>`, "text/plain": sentence };
}

/** The forms of a figure, richest first: Vega-Lite for JupyterLab, SVG for pages, text for everyone. */
export function figureBundle(figure: Figure, svg: string): Bundle {
  return {
    "application/vnd.vegalite.v5+json": figure.spec,
    "image/svg+xml": svg,
    "text/plain": `${figure.title}. ${figure.text}`,
  };
}
