import { head, list } from "./blocks";
import { count, el, number } from "./dom";
import { latentView } from "./latent";
import { latentList } from "./list";
import { themeSwitch } from "./theme";
import { userList, userView } from "./user";

/** What the address asks for. */
type Place = { kind: "latent"; latent: number } | { kind: "user"; id?: string };

const [run] = head.runs;

function placeOf(hash: string): Place | undefined {
  const [, kind, value] = /^#(latent|user)(?:=(.*))?$/.exec(hash) ?? [];
  if (kind === "user") return { kind, id: value === undefined ? undefined : decoded(value) };
  if (kind !== "latent") return undefined;
  const latent = Number(value);
  return /^\d+$/.test(value ?? "") && latent < run.k ? { kind, latent } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

async function start(): Promise<void> {
  const names = head.runs.map(({ name }) => name).join(" beside ");
  document.title = `${names} · latents`;
  const main = el("main", { class: "detail", tabindex: -1, id: "detail" });
  const latentsTab = el("a", { href: "#latent=0" }, "Latents");
  const usersTab = el("a", { href: "#user" }, "Users");
  const go = (hash: string): void => {
    if (location.hash === hash) void show();
    else location.hash = hash;
  };
  const latents = latentList(await list(0), (latent) => {
    // Walking through the list leaves one step behind, not a hundred.
    history.replaceState(null, "", `#latent=${latent}`);
    void show();
  });
  const people = await userList((id) => go(`#user=${encodeURIComponent(id)}`));
  const body = el("div", { class: "body" }, latents.element, main);
  document
    .getElementById("app")
    ?.replaceChildren(
      el(
        "header",
        {},
        el("div", { class: "about" }, el("h1", {}, names), el("p", {}, aboutRun())),
        el("nav", { "aria-label": "Views" }, latentsTab, usersTab),
        themeSwitch(),
      ),
      body,
    );

  let turn = 0;
  async function show(): Promise<void> {
    const mine = ++turn;
    const place = placeOf(location.hash);
    const isUser = place?.kind === "user";
    body.replaceChild(isUser ? people.element : latents.element, body.children[0]);
    for (const [tab, on] of [
      [latentsTab, !isUser],
      [usersTab, isUser],
    ] as const)
      if (on) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    latents.select(place?.kind === "latent" ? place.latent : undefined);
    people.select(isUser ? place.id : undefined);
    const view =
      place === undefined || (isUser && place.id === undefined)
        ? welcome()
        : place.kind === "latent"
          ? await latentView(place.latent)
          : await userView(place.id as string);
    if (mine !== turn) return;
    // Who followed a link with the keyboard goes on from the top of what it opened.
    const within = main.contains(document.activeElement);
    main.replaceChildren(view);
    if (within) main.focus();
    main.scrollTop = 0;
  }

  addEventListener("hashchange", () => void show());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const isUser = placeOf(location.hash)?.kind === "user";
    const { search } = isUser ? people : latents;
    const typing = target.matches("input, textarea");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape") {
      if (search.value !== "") {
        search.value = "";
        search.dispatchEvent(new Event("input"));
      } else if (target === search) search.blur();
    } else if (
      (event.key === "ArrowDown" || event.key === "ArrowUp") &&
      !isUser &&
      !target.matches("select, .detail, .detail *")
    ) {
      event.preventDefault();
      latents.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && target === search && !isUser) latents.step(1);
  });
  await show();
  document.documentElement.dataset.ready = "";
}

function aboutRun(): string {
  const { source, seed, preset, architecture, k, items, verdict } = run;
  return `${source} · ${preset}, seed ${seed} · ${architecture}, ${count(k)} latents · ${count(items)} items · verdict on the score: ${verdict}`;
}

function welcome(): HTMLElement {
  const nulls = run.nulls.map(({ name, mean }) => `${name} ${number(mean, 3)}`).join(", ");
  return el(
    "article",
    { class: "panel" },
    el("h2", {}, "Choose a latent"),
    el("p", {}, `The mean score is ${number(run.score, 3)}; of its nulls ${nulls}.`),
    ...(head.join ? [el("p", {}, head.join.why)] : []),
    ...head.leftOut.map((sentence) => el("p", { class: "note" }, sentence)),
    el(
      "p",
      { class: "note keys" },
      el("kbd", {}, "/"),
      " search   ",
      el("kbd", {}, "↑"),
      " ",
      el("kbd", {}, "↓"),
      " walk through the list   ",
      el("kbd", {}, "Esc"),
      " clear the search",
    ),
  );
}

void start();
