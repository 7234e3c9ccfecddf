import type { ItemRow, LabelDetail, LatentDetail, ListColumns } from "../form";
import { detail, head, items, list } from "./blocks";
import { histogram, scoreInBands } from "./charts";
import { type Child, count, el, number, percent, qValue } from "./dom";

const WRITERS: Readonly<Record<string, string>> = {
  lexical: "the offline labeller",
  person: "a person",
};

/** Where a latent, or a user, is shown. */
export const linkTo = (kind: "latent" | "user", id: string | number): string => `#${kind}=${encodeURIComponent(id)}`;

/** A latent, and the second run's beside it where there is one. */
export async function latentView(latent: number): Promise<Node> {
  const own = await detail(0, latent);
  const panel = await latentPanel(0, latent, own);
  if (head.join === undefined) return panel;
  const { by, why, unit, chance } = head.join;
  const value =
    own.match === undefined || by === "index"
      ? ""
      : ` Here: ${by === "items" ? percent(own.match[1]) : number(own.match[1])} ${unit}; the best match by chance has ${by === "items" ? percent(chance ?? 0) : number(chance)} on average.`;
  const other =
    own.match === undefined
      ? el(
          "article",
          { class: "panel" },
          el("p", { class: "quiet" }, "No latent of the other run shares any of its items."),
        )
      : await latentPanel(1, own.match[0], await detail(1, own.match[0]));
  return el("div", {}, el("p", { class: "join" }, why + value), el("div", { class: "pair" }, panel, other));
}

async function latentPanel(run: number, latent: number, found: LatentDetail): Promise<HTMLElement> {
  const places = [found.strongest, ...found.fifths].flat().map(([place]) => place);
  const [columns, table] = [await list(run), await items(places)];
  const [label, ...others] = found.labels;
  const title = label?.refined ?? "No label";
  const which = head.runs.length > 1 ? `${head.runs[run].name} · latent ${latent}` : `Latent ${latent}`;
  return el(
    "article",
    { class: "panel", "aria-label": `Latent ${latent}` },
    el("p", { class: "which" }, which),
    el("h2", {}, title),
    label ? labelBlock(label, title) : el("p", { class: "quiet" }, found.unlabelled ?? ""),
    ...others.map((one) =>
      el("div", { class: "other-label" }, el("h3", {}, one.refined), labelBlock(one, one.refined)),
    ),
    facts(run, latent, found, columns),
    section("Score inside its null bands", scoreInBands(found, head.runs[run]), bandWords(columns.place[latent])),
    section("Activations", histogram(found), "Items that fire it; heights by the logarithm."),
    section("Strongest items", itemList(found.strongest, found.most, table)),
    ...fifths(found, table),
    categories(run, found, columns),
    nearest(run, found, columns),
  );
}

const section = (title: string, ...content: (Node | string)[]): HTMLElement =>
  el(
    "section",
    {},
    el("h3", {}, title),
    ...content.map((one) => (typeof one === "string" ? el("p", { class: "note" }, one) : one)),
  );

const bandWords = (place: number | null): string =>
  place === null
    ? "It has no score, or there is no null."
    : `A band is the middle 95 % of a null's latents, the mark in it this latent's own score there. In every null at least ${percent(Math.floor(100 * place) / 100)} of the latents score lower than this one.`;

function labelBlock(
  { broad, refined, description, confidence, evidence, by, ...tests }: LabelDetail,
  title: string,
): HTMLElement {
  const { detection, nearMiss, quantiles, intruder } = tests;
  const said = [
    ...(detection
      ? [["detection AUROC", `${number(detection[0])} [${number(detection[1])}, ${number(detection[2])}]`]]
      : []),
    ...(nearMiss === undefined ? [] : [["near-miss AUROC", number(nearMiss)]]),
    ...(quantiles
      ? [["AUROC by activation, weakest part first", quantiles.map((value) => number(value)).join(" · ")]]
      : []),
    ...(intruder ? [["intruders found", `${intruder[0]} of ${intruder[1]} (luck: one in five)`]] : []),
  ];
  return el(
    "div",
    { class: "written" },
    el(
      "p",
      { class: "chips" },
      broad !== title && el("span", { class: "chip" }, `broad: ${broad}`),
      refined !== title && el("span", { class: "chip" }, `refined: ${refined}`),
      el("span", { class: "chip" }, `confidence ${confidence}`),
      el("span", { class: "chip" }, `written by ${WRITERS[by] ?? by}`),
    ),
    description !== "" && el("p", {}, description),
    evidence.length > 0 && el("p", { class: "note" }, `Evidence: ${evidence.join("; ")}`),
    said.length > 0
      ? pairs(said as [string, string][])
      : el("p", { class: "note" }, "Not tested: too few items of half B fire it, or all but a few."),
  );
}

const pairs = (all: readonly [string, Child][]): HTMLElement =>
  el("dl", { class: "facts" }, ...all.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));

function facts(run: number, latent: number, found: LatentDetail, columns: ListColumns): HTMLElement {
  const { prefixes, items: all, seeds } = head.runs[run];
  const prefix = columns.prefix[latent];
  return pairs([
    [
      "score",
      found.score ? `${number(found.score[0], 3)} [${number(found.score[1], 3)}, ${number(found.score[2], 3)}]` : "–",
    ],
    ["nAP of the best category", number(columns.nap[latent])],
    ["fires on", `${count(found.active)} of ${count(all)} items (${percent(found.active / Math.max(1, all))})`],
    [
      "first in the prefix of",
      prefixes.length > 1
        ? `${prefixes[prefix]} latents (${prefix + 1} of ${prefixes.length})`
        : "–, nothing is nested",
    ],
    ["correlation with popularity", number(found.popularity)],
    ...(seeds && found.seeds
      ? [
          [
            "strongest items found again, by seed",
            `${found.seeds.map(percent).join(" · ")} (chance ${percent(seeds.chance)})`,
          ] as [string, string],
        ]
      : [["over seeds", "one seed was run"] as [string, string]]),
  ]);
}

function itemList(all: readonly [number, number][], most: number, table: ReadonlyMap<number, ItemRow>): HTMLElement {
  if (all.length === 0) return el("p", { class: "quiet" }, "None.");
  return el(
    "ol",
    { class: "items" },
    ...all.map(([place, activation]) => {
      const bar = el("span", { class: "meter", "aria-hidden": "true" });
      bar.style.setProperty("--share", String(most > 0 ? activation / most : 0));
      return el("li", {}, ...itemWords(table.get(place)), el("span", { class: "value" }, number(activation)), bar);
    }),
  );
}

/** What is said of an item. */
export function itemWords(item: ItemRow | undefined): Node[] {
  const [id, title, categories] = item ?? ["", "", ""];
  return [
    el("span", { class: "title" }, title || id),
    el("span", { class: "path" }, [title ? id : "", categories].filter(Boolean).join(" · ")),
  ];
}

const PARTS = ["strongest fifth", "second fifth", "middle fifth", "fourth fifth", "weakest fifth"];

function fifths(found: LatentDetail, table: ReadonlyMap<number, ItemRow>): HTMLElement[] {
  if (found.fifths.every((part) => part.length === 0)) return [];
  const parts = found.fifths.flatMap((part, fifth) =>
    part.length === 0 ? [] : [el("h4", {}, PARTS[fifth]), itemList(part, found.most, table)],
  );
  return [
    el(
      "details",
      { class: "fifths" },
      el("summary", {}, "Items by quantile of activation"),
      el("p", { class: "note" }, "From each fifth of the items that fire it, evenly by rank."),
      ...parts,
    ),
  ];
}

function categories(run: number, found: LatentDetail, columns: ListColumns): HTMLElement {
  if (found.categories.length === 0)
    return section(
      "Best categories",
      el("p", { class: "quiet" }, "No category is large enough, or it does not fire in both halves."),
    );
  const head_ = ["category", "nAP", "AUROC", "q"].map((name) => el("th", { scope: "col" }, name));
  return section(
    "Best categories",
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...head_)),
      el(
        "tbody",
        {},
        ...found.categories.map(([name, nap, auroc, q]) =>
          el(
            "tr",
            { class: q !== null && q < head.runs[run].level ? undefined : "weak" },
            el("th", { scope: "row" }, columns.names[name]),
            el("td", {}, number(nap)),
            el("td", {}, number(auroc)),
            el("td", {}, qValue(q)),
          ),
        ),
      ),
    ),
    `Chosen by nAP on half A of the items, measured on half B; q over all pairs. Grey: q is not below ${head.runs[run].level}.`,
  );
}

function nearest(run: number, found: LatentDetail, columns: ListColumns): HTMLElement {
  return section(
    "Nearest decoders",
    el(
      "ul",
      { class: "links" },
      ...found.nearest.map(([latent, cosine]) => {
        const words = `${latent}  ${columns.label[latent] || "no label"}`;
        return el(
          "li",
          {},
          run === 0 ? el("a", { href: linkTo("latent", latent) }, words) : el("span", {}, words),
          el("span", { class: "value" }, number(cosine)),
        );
      }),
    ),
    "Cosine of the decoder rows.",
  );
}
