import type { CategoryTree } from "../records/category-tree";
import { type Figure, figure, SERIES_COLORS, WIDTH } from "./figure";

/** Most nodes that are drawn: what is smaller is counted, not drawn. */
const MOST_NODES = 400;

/** Between the names of a path. */
const SEPARATOR = " › ";
/** What the list of branches starts with. */
const WHOLE = "everything";
/** Most branches to choose from. */
const MOST_BRANCHES = 60;

/** One rectangle of the icicle, in shares of the whole width. */
interface Band {
  path: string;
  name: string;
  depth: number;
  start: number;
  end: number;
  items: number;
  support: number;
  /** The place of its ancestor below the root, which gives the colour. */
  branch: string;
}

/**
 * The category tree as an icicle, the root on top and a level a row; width is the number of items. A list chooses
 * the branch to look at.
 */
export function categoryTreeChart(tree: CategoryTree): Figure {
  const { bands, left } = layout(tree);
  const depth = Math.max(0, ...bands.map((band) => band.depth));
  const how =
    tree.kind === "paths"
      ? "The lists are ordered paths, from root to leaf."
      : `Inferred: at least 95 % of a node's items carry its parent too; support is that share.`;
  const text = `${tree.nodes.length} nodes in ${depth} levels, ${tree.nodes.filter(({ parent }) => parent < 0).length} without a parent. ${how}`;
  return figure(
    {
      name: "category-tree",
      title: "The category tree",
      subtitle: [
        text,
        `Width: items. Choose a branch below to look at it alone.${left > 0 ? ` ${left} of the smallest nodes are not drawn.` : ""}`,
      ],
      text,
    },
    {
      data: { values: bands },
      width: WIDTH,
      height: 34 * Math.max(1, depth),
      encoding: {
        x: { field: "from", type: "quantitative", scale: { domain: [0, 1], nice: false }, axis: null },
        y: {
          field: "top",
          type: "quantitative",
          scale: { domain: [0, depth], reverse: true, nice: false },
          axis: null,
        },
      },
      params: [{ name: "focus", value: WHOLE, bind: { input: "select", options: branches(bands), name: "look at " } }],
      transform: [
        { calculate: "datum.depth - 1", as: "top" },
        // The chosen branch is stretched to the whole width; its ancestors are cut to it.
        { calculate: `focus == '${WHOLE}' ? 0 : (datum.path == focus ? datum.start : -1)`, as: "low" },
        { calculate: `focus == '${WHOLE}' ? 1 : (datum.path == focus ? datum.end : -1)`, as: "high" },
        {
          joinaggregate: [
            { op: "max", field: "low", as: "focusLow" },
            { op: "max", field: "high", as: "focusHigh" },
          ],
        },
        { filter: "datum.end > datum.focusLow + 1e-9 && datum.start < datum.focusHigh - 1e-9" },
        { calculate: "max(0, (datum.start - datum.focusLow) / (datum.focusHigh - datum.focusLow))", as: "from" },
        { calculate: "min(1, (datum.end - datum.focusLow) / (datum.focusHigh - datum.focusLow))", as: "to" },
      ],
      layer: [
        {
          mark: { type: "rect", stroke: "white", strokeWidth: 0.7, clip: true },
          encoding: {
            x2: { field: "to" },
            y2: { field: "depth" },
            color: { field: "branch", type: "nominal", scale: { range: [...SERIES_COLORS] }, legend: null },
            opacity: {
              field: "depth",
              type: "quantitative",
              scale: { domain: [1, Math.max(2, depth)], range: [0.9, 0.45] },
              legend: null,
            },
            tooltip: [
              { field: "path" },
              { field: "items", format: "," },
              { field: "support", title: "of its items carry the parent", format: ".1%" },
            ],
          },
        },
        {
          transform: [{ filter: "datum.to - datum.from > 0.05" }],
          mark: {
            type: "text",
            align: "left",
            baseline: "middle",
            dx: 4,
            fontSize: 11,
            limit: { expr: `${WIDTH} * (datum.to - datum.from) - 6` },
            clip: true,
          },
          encoding: {
            y: { field: "middle", type: "quantitative" },
            text: { field: "name" },
          },
        },
      ],
    },
  );
}

/** The branches to choose from: inner nodes, the largest, in the order of the picture. */
function branches(bands: readonly Band[]): string[] {
  const parents = new Set(bands.map(({ path, name }) => path.slice(0, -(name.length + SEPARATOR.length))));
  const inner = bands.filter(({ path, depth }) => depth > 1 && parents.has(path)).slice(0, MOST_BRANCHES);
  return [WHOLE, ...inner.map(({ path }) => path).sort()];
}

/** Bands from left to right, larger siblings first; children share their parent's width by their items, and what they leave is the parent's own. */
function layout(tree: CategoryTree): { bands: (Band & { middle: number })[]; left: number } {
  const children = new Map<number, number[]>();
  tree.nodes.forEach(({ parent }, node) => {
    children.set(parent, [...(children.get(parent) ?? []), node]);
  });
  const bands: (Band & { middle: number })[] = [];
  const place = (parent: number, from: number, to: number, path: string, branch: string): void => {
    const below = (children.get(parent) ?? []).sort((a, b) => tree.nodes[b].items - tree.nodes[a].items || a - b);
    const sum = below.reduce((total, node) => total + tree.nodes[node].items, 0);
    const whole = Math.max(sum, parent < 0 ? 0 : tree.nodes[parent].items);
    let start = from;
    for (const child of below) {
      const { name, depth, items, support } = tree.nodes[child];
      const end = start + ((to - from) * items) / whole;
      const here = path === "" ? name : `${path}${SEPARATOR}${name}`;
      const own = depth === 2 ? name : branch;
      bands.push({ path: here, name, depth, start, end, items, support, branch: own, middle: depth - 0.5 });
      place(child, start, end, here, own);
      start = end;
    }
  };
  place(-1, 0, 1, "", "");
  const drawn = bands.sort((a, b) => b.end - b.start - (a.end - a.start)).slice(0, MOST_NODES);
  return { bands: drawn, left: bands.length - drawn.length };
}
