import * as assert from "uvu/assert";
import type { Figure } from "../../lib/src/charts/figure";
import { renderSvg } from "../../lib/src/lab/render";

/** A mark as it stands in the picture, in pixels from its top left corner. */
export interface Mark {
  /** bar, point, line mark, rule mark, rect mark, tick, area mark, text mark */
  kind: string;
  /** What the picture says of it: the values that it was drawn from, by field. */
  labels: Readonly<Record<string, string>>;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Of a line or area: its corners. */
  corners: readonly (readonly [x: number, y: number])[];
  /** Colour of its inside, or of its stroke where it has none. */
  color: string;
  /** Of a text: what it says. */
  text: string;
}

const TAG = /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>([^<]*)/gi;

/**
 * Every mark of a figure's picture: read from the SVG, not from the specification.
 *
 * @param moved sliders and choices that are set otherwise than at first, by name
 */
export async function marksOf(figure: Figure, moved: Readonly<Record<string, unknown>> = {}): Promise<Mark[]> {
  return parseMarks(await renderSvg(Object.keys(moved).length > 0 ? withParams(figure, moved) : figure));
}

/** The marks of an SVG that Vega wrote. */
export function parseMarks(svg: string): Mark[] {
  const marks: Mark[] = [];
  const origins: [number, number][] = [[0, 0]];
  for (const [, closing, tag, list, single, content] of svg.matchAll(TAG)) {
    if (tag !== "g" && (closing || tag === "svg")) continue;
    if (closing) {
      origins.pop();
      continue;
    }
    const attributes = Object.fromEntries(
      [...list.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)]),
    );
    const [x, y] = origins[origins.length - 1];
    const [, dx = "0", dy = "0"] = attributes.transform?.match(/translate\(([^,)]+),?([^)]*)\)/) ?? [];
    const here: [number, number] = [x + Number(dx), y + Number(dy)];
    if (tag === "g") {
      if (!single) origins.push(here);
      continue;
    }
    const kind = attributes["aria-roledescription"];
    if (kind === undefined || attributes["aria-label"] === undefined) continue;
    const corners = cornersOf(tag, attributes).map(([cx, cy]): [number, number] => [here[0] + cx, here[1] + cy]);
    const [xs, ys] = [0, 1].map((side) => corners.map((corner) => corner[side]));
    const labels = attributes["aria-label"].split("; ").map((part) => part.split(/: (.*)/s).slice(0, 2));
    marks.push({
      ...{ kind, labels: Object.fromEntries(labels), corners, text: unescaped(content) },
      ...{ left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) },
      color: [attributes.fill, attributes.stroke].find((color) => color && color !== "none") ?? "",
    });
  }
  return marks;
}

/** Corners of a shape around its own origin; a symbol, which is round, is its middle. */
function cornersOf(tag: string, { d = "", x2 = "0", y2 = "0" }: Readonly<Record<string, string>>): [number, number][] {
  if (tag === "line")
    return [
      [0, 0],
      [Number(x2), Number(y2)],
    ];
  if (tag !== "path" || /[AC]/.test(d)) return [[0, 0]];
  const corners: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, letter, numbers] of d.matchAll(/([MLhvHV])([^MLhvHVZ]*)/g)) {
    const [first, second = 0] = numbers.split(",").map(Number);
    if (letter === "h" || letter === "v") [x, y] = letter === "h" ? [x + first, y] : [x, y + first];
    else if (letter === "H" || letter === "V") [x, y] = letter === "H" ? [first, y] : [x, first];
    else [x, y] = [first, second];
    corners.push([x, y]);
  }
  return corners;
}

const unescaped = (text: string): string =>
  text.replace(
    /&(lt|gt|quot|amp|#39);/g,
    (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name] ?? "'",
  );

/** The figure as it stands when sliders and choices are set to these values. */
function withParams(figure: Figure, moved: Readonly<Record<string, unknown>>): Figure {
  const params = (figure.spec.params ?? []) as { name: string }[];
  for (const name of Object.keys(moved))
    assert.ok(
      params.some((param) => param.name === name),
      `${figure.name} has no slider "${name}"`,
    );
  const set = params.map((param) => (param.name in moved ? { ...param, value: moved[param.name] } : param));
  return { ...figure, spec: { ...figure.spec, params: set } };
}

/** The marks of one kind, by default those that a value could be read off. */
export const ofKind = (marks: readonly Mark[], kind: string): Mark[] => marks.filter((mark) => mark.kind === kind);

/** What marks say of themselves, field by field. */
export const labelled = (marks: readonly Mark[], ...fields: readonly string[]): string[][] =>
  marks.map(({ labels }) => fields.map((field) => labels[field]));

/** Most pixels by which a mark may stand off its place: Vega writes paths with three decimals. */
const PIXELS = 0.02;

/**
 * Pixels follow values on one linear axis, at the right distances: three values or more, or there is no distance to compare.
 *
 * @param direction where larger values stand
 */
export function proportional(
  places: readonly (readonly [value: number, pixel: number])[],
  direction: "right" | "left" | "up" | "down",
): void {
  const sorted = [...places].sort(([a], [b]) => a - b);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  assert.ok(new Set(sorted.map(([value]) => value)).size >= 3, "three values or more say whether distances are right");
  const scale = (last[1] - first[1]) / (last[0] - first[0]);
  assert.ok(direction === "right" || direction === "down" ? scale > 0 : scale < 0, `larger values stand ${direction}`);
  assert.ok(Math.abs(last[1] - first[1]) > 5, "values lie too close to compare");
  for (const [value, pixel] of sorted) {
    const wanted = first[1] + scale * (value - first[0]);
    assert.ok(Math.abs(pixel - wanted) < PIXELS, `${value} stands at ${pixel} px, in place of ${wanted}`);
  }
}

/** The same on a logarithmic axis. */
export const logarithmic: typeof proportional = (places, direction) =>
  proportional(
    places.map(([value, pixel]) => [Math.log(value), pixel]),
    direction,
  );

/** Bars of these values, each from the axis at 0: lengths are in the proportions of the values, whichever way they point. */
export function barsOf(bars: readonly Mark[], values: readonly number[], along: "x" | "y" = "x"): void {
  assert.is(bars.length, values.length, "bars");
  const length = ({ left, right, top, bottom }: Mark): number => (along === "x" ? right - left : bottom - top);
  const most = values.reduce((best, value, at) => (value > values[best] ? at : best), 0);
  assert.ok(length(bars[most]) > 5, "the longest bar is too short to compare");
  for (const [at, bar] of bars.entries()) {
    const wanted = (length(bars[most]) * values[at]) / values[most];
    assert.ok(
      Math.abs(length(bar) - wanted) < PIXELS,
      `bar ${at + 1}, ${values[at]}, is ${length(bar)} px long, not ${wanted}`,
    );
    const base = (mark: Mark): number => (along === "x" ? mark.left : mark.bottom);
    assert.ok(Math.abs(base(bar) - base(bars[most])) < PIXELS, `bar ${at + 1} starts elsewhere than the longest one`);
  }
}
