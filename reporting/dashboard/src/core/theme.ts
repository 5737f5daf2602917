// Light or dark: as the system says, or as chosen here.
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const stored = "wardwatch-theme";

export function theme(): Theme {
  const shown = document.documentElement.dataset.theme;
  return shown === "light" || shown === "dark" ? shown : "system";
}

export function setTheme(next: Theme): void {
  if (next === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(stored, next);
  } catch {
    // Storage may be refused; then it lasts as long as the page.
  }
}

export function restoreTheme(): void {
  let last: string | null = null;
  try {
    last = localStorage.getItem(stored);
  } catch {
    // As above.
  }
  if (last === "light" || last === "dark") document.documentElement.dataset.theme = last;
}
