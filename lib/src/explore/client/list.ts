import type { ListColumns } from "../form";
import { allItems, details, head } from "./blocks";
import { count, el, percent } from "./dom";
import { findByItems, findLatents, ORDERS, ordered, valueIn } from "./search";

/** Height of a row, as the styles have it. */
const ROW = 52;
/** Rows beyond the visible ones. */
const BEYOND = 6;

/** The list of latents. */
export interface List {
  element: HTMLElement;
  search: HTMLInputElement;
  /** Show which latent is open. */
  select(latent: number | undefined): void;
  /** Open the next latent of the list, or the one before. */
  step(by: number): void;
}

/** A list that holds the visible rows alone, with search and order. @param open what a chosen latent does */
export function latentList(columns: ListColumns, open: (latent: number) => void): List {
  const { k, items } = head.runs[0];
  const all = Array.from({ length: k }, (_, latent) => latent);
  let shown = all;
  let selected: number | undefined;
  let why = new Map<number, string>();
  let asked = 0;

  const search = el("input", {
    ...{ type: "search", id: "search", placeholder: "Search labels, categories, items", autocomplete: "off" },
    ...{ "aria-label": "Search labels, categories, items", "aria-controls": "latents", spellcheck: "false" },
  });
  const order = el("select", { id: "order", "aria-label": "Order of the list" });
  for (const [name, { words }] of Object.entries(ORDERS))
    if (name !== "match" || columns.match) order.append(el("option", { value: name }, words));
  const status = el("p", { class: "status", role: "status" });
  const space = el("div", { class: "space" });
  const box = el("div", { class: "rows", id: "latents", role: "listbox", tabindex: 0, "aria-label": "Latents" }, space);

  function row(latent: number, position: number): HTMLElement {
    const found = why.get(latent);
    const prefix = head.runs[0].prefixes.length > 1 ? ` · prefix ${head.runs[0].prefixes[columns.prefix[latent]]}` : "";
    const made = el(
      "div",
      {
        ...{
          class: "row",
          role: "option",
          id: `option-${latent}`,
          "aria-selected": latent === selected ? "true" : "false",
        },
        ...{ "aria-posinset": position + 1, "aria-setsize": shown.length },
      },
      el("span", { class: "place" }, latent),
      el("span", { class: "label" }, columns.label[latent] || "no label"),
      el("span", { class: "value" }, valueIn(columns, order.value, latent)),
      el(
        "span",
        { class: "why" },
        found || `fires on ${percent(columns.active[latent])} of ${count(items)} items${prefix}`,
      ),
    );
    made.style.top = `${position * ROW}px`;
    made.addEventListener("click", () => open(latent));
    return made;
  }

  function draw(): void {
    space.style.height = `${shown.length * ROW}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - BEYOND);
    const last = Math.min(shown.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + BEYOND);
    space.replaceChildren(...shown.slice(first, last).map((latent, offset) => row(latent, first + offset)));
    const there = selected !== undefined && document.getElementById(`option-${selected}`);
    if (there) box.setAttribute("aria-activedescendant", there.id);
    else box.removeAttribute("aria-activedescendant");
  }

  function list(found: readonly number[]): void {
    shown = ordered(columns, order.value, found);
    box.scrollTop = 0;
    const what = search.value.trim() === "" ? `${count(k)} latents` : `${count(shown.length)} of ${count(k)} latents`;
    status.textContent = shown.length === 0 ? "Nothing is found: try another word, or press Escape." : what;
    draw();
    reveal();
  }

  async function find(): Promise<void> {
    const turn = ++asked;
    const question = search.value.trim();
    why = new Map();
    if (question === "") return list(all);
    why = findLatents(columns, question);
    list([...why.keys()]);
    // Items are unpacked for the first question, and asked once the reader pauses.
    await new Promise((resume) => setTimeout(resume, 120));
    if (turn !== asked) return;
    const byItems = findByItems(await details(0), await allItems(), question);
    if (turn !== asked) return;
    why = new Map([...byItems, ...why]);
    list([...why.keys()]);
    if (shown.length > 0) status.textContent += ", items included";
  }

  function reveal(): void {
    const position = selected === undefined ? -1 : shown.indexOf(selected);
    if (position < 0) return;
    if (position * ROW < box.scrollTop) box.scrollTop = position * ROW;
    else if ((position + 1) * ROW > box.scrollTop + box.clientHeight)
      box.scrollTop = (position + 1) * ROW - box.clientHeight;
    draw();
  }

  search.addEventListener("input", () => void find());
  order.addEventListener("change", () => list(shown));
  box.addEventListener("scroll", draw);
  new ResizeObserver(draw).observe(box);
  list(all);

  return {
    element: el("aside", { class: "side" }, el("div", { class: "tools" }, search, order), status, box),
    search,
    select(latent) {
      selected = latent;
      draw();
      reveal();
    },
    step(by) {
      if (shown.length === 0) return;
      const position = selected === undefined ? -1 : shown.indexOf(selected);
      const next =
        position < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, position + by));
      open(shown[next]);
    },
  };
}
