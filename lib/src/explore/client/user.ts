import type { UserRow } from "../form";
import { head, items, list, users } from "./blocks";
import { count, el, number } from "./dom";
import { itemWords, linkTo } from "./latent";
import { matcher } from "./search";

/** The users that the page holds, with a search by id. */
export async function userList(
  open: (id: string) => void,
): Promise<{ element: HTMLElement; search: HTMLInputElement; select(id?: string): void }> {
  const all = await users();
  const search = el("input", {
    type: "search",
    placeholder: "Search users by id",
    "aria-label": "Search users by id",
    spellcheck: "false",
  });
  const status = el("p", { class: "status", role: "status" });
  const box = el("ul", { class: "rows users", "aria-label": "Users" });
  let selected: string | undefined;
  const draw = (): void => {
    const question = search.value.trim();
    const matches = matcher(question);
    const shown = all.filter(({ id }) => question === "" || matches(id));
    status.textContent = `${count(shown.length)} of ${count(head.runs[0].users)} users are here${question === "" ? "" : " and match"}`;
    box.replaceChildren(
      ...shown.map(({ id, taken }) => {
        const link = el(
          "a",
          { href: linkTo("user", id), class: "user", "aria-current": id === selected ? "true" : undefined },
          el("span", { class: "label" }, id),
          el("span", { class: "why" }, `${count(taken)} items taken`),
        );
        link.addEventListener("click", (event) => {
          event.preventDefault();
          open(id);
        });
        return el("li", {}, link);
      }),
    );
  };
  search.addEventListener("input", draw);
  draw();
  return {
    element: el("aside", { class: "side" }, el("div", { class: "tools" }, search), status, box),
    search,
    select(id) {
      selected = id;
      draw();
    },
  };
}

/** A user: history, active latents, recommended list. */
export async function userView(id: string): Promise<Node> {
  const user = (await users()).find((one) => one.id === id);
  if (user === undefined)
    return el(
      "article",
      { class: "panel" },
      el("h2", {}, "This user is not here"),
      el(
        "p",
        {},
        `The page holds ${count((await users()).length)} of ${count(head.runs[0].users)} users, and not ${id}.`,
      ),
    );
  return userPanel(user);
}

async function userPanel(user: UserRow): Promise<HTMLElement> {
  const columns = await list(0);
  const table = await items([...user.history, ...user.list.map(([item]) => item)]);
  const more =
    user.taken > user.history.length ? ` The first ${user.history.length} of ${count(user.taken)} are shown.` : "";
  return el(
    "article",
    { class: "panel", "aria-label": `User ${user.id}` },
    el("p", { class: "which" }, "User"),
    el("h2", {}, user.id),
    el(
      "section",
      {},
      el("h3", {}, "Active latents"),
      user.latents.length === 0 &&
        el("p", { class: "quiet" }, "No latent is fired by more of this history than by chance."),
      el(
        "ul",
        { class: "links" },
        ...user.latents.map(([latent, fires, chance]) =>
          el(
            "li",
            {},
            el("a", { href: linkTo("latent", latent) }, `${latent}  ${columns.label[latent] || "no label"}`),
            el("span", { class: "value" }, `${fires} of ${user.taken}, by chance ${number(chance, 1)}`),
          ),
        ),
      ),
      el(
        "p",
        { class: "note" },
        "Items of the history that fire the latent, beside as many items drawn at random; the most surprising first.",
      ),
    ),
    el(
      "div",
      { class: "pair" },
      el(
        "section",
        {},
        el("h3", {}, "History"),
        el("ol", { class: "items" }, ...user.history.map((item) => el("li", {}, ...itemWords(table.get(item))))),
        el("p", { class: "note" }, `Items of the train split.${more}`),
      ),
      el(
        "section",
        {},
        el("h3", {}, "Recommended"),
        el(
          "ol",
          { class: "items" },
          ...user.list.map(([item, heldOut]) =>
            el(
              "li",
              { class: heldOut ? "hit" : undefined },
              ...itemWords(table.get(item)),
              heldOut ? el("span", { class: "chip" }, "held out: taken") : undefined,
            ),
          ),
        ),
        el("p", { class: "note" }, "The items with the highest scores, those of the history left out."),
      ),
    ),
  );
}
