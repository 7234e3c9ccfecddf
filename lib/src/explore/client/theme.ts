import { el } from "./dom";

const THEMES = ["auto", "light", "dark"] as const;
const KEY = "msae-lab-theme";

/** A button that goes through light and dark and what the system has; the browser remembers it where it may. */
export function themeSwitch(): HTMLElement {
  let theme: (typeof THEMES)[number] = THEMES.find((one) => one === kept()) ?? "auto";
  const button = el("button", { type: "button", class: "theme" });
  const apply = (): void => {
    document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    keep(theme);
    apply();
  });
  apply();
  return button;
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A page from a file may not have a store: the choice lasts as long as the page is open.
  }
}
