/** What an element may hold: text goes in as text, never as markup. */
export type Child = Node | string | number | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  for (const child of children)
    if (child !== undefined && child !== false) element.append(typeof child === "number" ? String(child) : child);
  return element;
}

/** An element with attributes and children. */
export const el = <K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] => filled(document.createElement(tag), attributes, children);

/** The same of SVG. */
export const svg = (tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", tag) as SVGElement, attributes, children);

/** A number for a reader; "–" where there is none. */
export function number(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined ? "–" : value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1");
}

export const percent = (value: number): string =>
  value > 0 && value < 0.001 ? "< 0.1 %" : `${(100 * value).toFixed(value < 0.1 ? 1 : 0)} %`;

export const count = (value: number): string => value.toLocaleString("en");

/** A q-value: what is tiny is said as such. */
export const qValue = (q: number | null): string => (q === null ? "–" : q < 0.001 ? "< 0.001" : q.toFixed(3));
