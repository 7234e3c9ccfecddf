import type { Progress } from "../base/progress";
import { interruptible } from "./interrupt";
import { inNotebook, liveDisplay } from "./notebook";
import type { Runner } from "./stage";

/** Least milliseconds between two redraws. */
const REDRAW_MS = 200;

/** Work that ends sooner than this leaves no line on the page. */
const WORTH_A_LINE_MS = 300;

/** Run long work in a notebook: phase, bar, rate, time left and, where there is a loss, its live curve; then one line. */
export const notebookRunner: Runner = async (phase, work) => {
  if (!inNotebook()) return interruptible(phase, work);
  const place = liveDisplay();
  const started = Date.now();
  let drawn = 0;
  let shown = false;
  const losses: number[] = [];
  const draw = (progress: Progress): void => {
    const loss = progress.metrics?.loss;
    if (loss !== undefined) losses.push(loss);
    const now = Date.now();
    if (now - started < WORTH_A_LINE_MS || now - drawn < REDRAW_MS) return;
    drawn = now;
    shown = true;
    place.update(progressBundle(phase, progress, (now - started) / 1000, losses));
  };
  const value = await interruptible(phase, (stop) =>
    work(async (progress) => {
      draw(progress);
      await stop(progress);
    }),
  );
  const seconds = (Date.now() - started) / 1000;
  if (shown) {
    const line = `${phase}: done in ${seconds.toFixed(1)} s`;
    place.update({ "text/html": `<span style="color:#666">${line}</span>`, "text/plain": line });
  }
  return value;
};

/** One picture of the progress. */
export function progressBundle(
  phase: string,
  { done, total, unit = "", phase: part }: Progress,
  seconds: number,
  losses: readonly number[],
): Record<string, string> {
  const share = total > 0 ? done / total : 0;
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? (total - done) / rate : Number.NaN;
  const loss = losses.length > 0 ? `, loss ${losses[losses.length - 1].toPrecision(4)}` : "";
  const name = part === phase ? phase : `${phase} · ${part}`;
  const text = `${name}: ${Math.round(100 * share)} %, ${Math.round(rate).toLocaleString("en")} ${unit}/s, ${Number.isFinite(left) ? `${Math.ceil(left)} s left` : "…"}${loss}`;
  const bar = `<progress value="${share}" max="1" style="width:240px;vertical-align:middle"></progress>`;
  return { "text/html": `${bar} ${text}${losses.length > 3 ? `<br>${lossLine(losses)}` : ""}`, "text/plain": text };
}

/** The loss so far as a small line, drawn by hand because it is drawn five times a second. */
function lossLine(losses: readonly number[]): string {
  const [width, height, points] = [420, 70, 200];
  const step = Math.max(1, Math.floor(losses.length / points));
  const shown = losses.filter((_, index) => index % step === 0);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const x = (index: number): number => (index / Math.max(1, shown.length - 1)) * width;
  const y = (loss: number): number => height - ((loss - low) / Math.max(1e-12, high - low)) * (height - 4) - 2;
  const path = shown.map((loss, index) => `${x(index).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
  return `<svg width="${width}" height="${height}" style="border-bottom:1px solid #ccc"><polyline points="${path}" fill="none" stroke="#0072B2" stroke-width="1.5"/></svg>`;
}
