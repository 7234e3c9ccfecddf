import type { LatentDetail, RunHead } from "../form";
import { count, el, number, svg } from "./dom";

const WIDTH = 460;

/** A chart with its words for those who do not see it. */
function chart(height: number, title: string, words: string, ...marks: SVGElement[]): SVGElement {
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${height}`, class: "chart", role: "img", "aria-label": `${title}. ${words}` },
    svg("title", {}, title),
    svg("desc", {}, words),
    ...marks,
  );
}

const text = (x: number, y: number, words: string, anchor = "start", kind = "tick"): SVGElement =>
  svg("text", { x, y, "text-anchor": anchor, class: kind }, words);

/** How many items fire a latent how strongly; heights by the logarithm, since few items fire it strongly. */
export function histogram({ histogram: bins, most, active }: LatentDetail): Node {
  if (active === 0) return el("p", { class: "quiet" }, "No item fires this latent.");
  const [left, top, bottom] = [34, 8, 122];
  const highest = Math.log10(1 + Math.max(...bins));
  const width = (WIDTH - left - 6) / bins.length;
  const bars = bins.map((items, bin) => {
    const height = ((bottom - top) * Math.log10(1 + items)) / highest;
    const from = (bin * most) / bins.length;
    return svg(
      "rect",
      { x: left + bin * width + 0.5, y: bottom - height, width: width - 1, height, class: "bar" },
      svg("title", {}, `${count(items)} items from ${number(from)} to ${number(from + most / bins.length)}`),
    );
  });
  const levels = [1, 10, 100, 1000, 10_000, 100_000].filter((level) => Math.log10(1 + level) <= highest);
  const y = (level: number): number => bottom - ((bottom - top) * Math.log10(1 + level)) / highest;
  return chart(
    142,
    "Histogram of activations",
    `${count(active)} items fire it, at most with ${number(most)}; by ${bins.length} equal parts from 0: ${bins.join(", ")} items. Heights are logarithms.`,
    ...levels.flatMap((level) => [
      svg("line", { x1: left, x2: WIDTH - 6, y1: y(level), y2: y(level), class: "grid" }),
      text(left - 4, y(level) + 4, level >= 1000 ? `${level / 1000}k` : String(level), "end"),
    ]),
    ...bars,
    svg("line", { x1: left, x2: WIDTH - 6, y1: bottom, y2: bottom, class: "axis" }),
    text(left, 138, "0"),
    text(WIDTH - 6, 138, number(most), "end"),
    text((left + WIDTH) / 2, 138, "activation", "middle"),
  );
}

/** The score with its interval, and the band of each null: the middle 95 % of its latents, with this latent's own score in it. */
export function scoreInBands({ score, nulls }: LatentDetail, run: RunHead): Node {
  const [left, right, row] = [112, WIDTH - 8, 22];
  const ends = [...(score ?? []), ...run.nulls.flatMap(({ low, high }) => [low, high]), ...nulls].filter(
    (value): value is number => value !== null,
  );
  if (ends.length === 0) return el("p", { class: "quiet" }, "There is no score and no null.");
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const room = 0.04 * (to - from || 1);
  const x = (value: number): number => left + ((right - left) * (value - from + room)) / (to - from + 2 * room);
  const height = row * (run.nulls.length + 1) + 30;
  const middle = (line: number): number => 16 + line * row;
  const bands = run.nulls.flatMap(({ name, low, high }, line) => {
    const own = nulls[line];
    return [
      text(left - 8, middle(line + 1) + 4, name, "end", "name"),
      ...(low === null || high === null
        ? []
        : [
            svg(
              "rect",
              {
                x: x(low),
                y: middle(line + 1) - 6,
                width: Math.max(1, x(high) - x(low)),
                height: 12,
                rx: 3,
                class: "band",
              },
              svg("title", {}, `${name}: middle 95 % from ${number(low, 3)} to ${number(high, 3)}`),
            ),
          ]),
      ...(own === null
        ? []
        : [
            svg(
              "line",
              { x1: x(own), x2: x(own), y1: middle(line + 1) - 8, y2: middle(line + 1) + 8, class: "own" },
              svg("title", {}, `this latent in ${name}: ${number(own, 3)}`),
            ),
          ]),
    ];
  });
  const value =
    score === null
      ? "no score"
      : `${number(score[0], 3)}, 95 % interval ${number(score[1], 3)} to ${number(score[2], 3)}`;
  const words = run.nulls.map(
    ({ name, low, high }, line) =>
      `${name} ${number(low, 3)} to ${number(high, 3)}, this latent there ${number(nulls[line], 3)}`,
  );
  const marks =
    score === null
      ? []
      : [
          svg("line", { x1: x(score[0]), x2: x(score[0]), y1: 4, y2: height - 22, class: "guide" }),
          svg("line", { x1: x(score[1]), x2: x(score[2]), y1: middle(0), y2: middle(0), class: "interval" }),
          svg("circle", { cx: x(score[0]), cy: middle(0), r: 5, class: "dot" }),
        ];
  return chart(
    height,
    "Score and its nulls",
    `Score ${value}. Nulls, the middle 95 % of their latents: ${words.join("; ")}.`,
    ...bands,
    text(left - 8, middle(0) + 4, "score", "end", "name strong"),
    ...marks,
    svg("line", { x1: left, x2: right, y1: height - 20, y2: height - 20, class: "axis" }),
    text(x(from), height - 5, number(from)),
    text(x(to), height - 5, number(to), "end"),
  );
}
