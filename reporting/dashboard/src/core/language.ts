// The page's language, and its words in it.
import type { Words } from "centre-api";
import { accountWords } from "../words/account";
import { adminWords } from "../words/admin";
import { deviceWords } from "../words/devices";
import { errorWords } from "../words/errors";
import { noteWords } from "../words/notes";
import { noticeWords } from "../words/notices";
import { overviewWords } from "../words/overview";
import { policyWords } from "../words/policy";
import { registerWords } from "../words/registers";
import { shellWords } from "../words/shell";
import { standingWords } from "../words/standings";
import { unitWords } from "../words/units";

export type Language = "vi" | "en";

const words = {
  ...shellWords, ...errorWords, ...overviewWords, ...deviceWords, ...noteWords, ...noticeWords, ...standingWords,
  ...unitWords, ...policyWords, ...registerWords, ...adminWords, ...accountWords,
};
export type Word = keyof typeof words;

const stored = "wardwatch-language";
// A browser may refuse storage; then the language lasts as long as the page.
function remembered(): string | null {
  try {
    return localStorage.getItem(stored);
  } catch {
    return null;
  }
}

let current: Language = typeof localStorage !== "undefined" && remembered() === "en" ? "en" : "vi";
let changed: () => void = () => {};

export const language = (): Language => current;
export const otherLanguage = (): Language => (current === "vi" ? "en" : "vi");

export function whenLanguageChanges(then: () => void): void {
  changed = then;
}

export function setLanguage(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem(stored, next);
  } catch {
    // See remembered().
  }
  changed();
}

/** The words for a key, with {names} filled in. */
export function say(key: Word, values: Record<string, string | number> = {}): string {
  const text: string = words[key][current === "vi" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export const knows = (key: string): key is Word => key in words;

/** Words that the centre names: an unknown one is shown as it is. */
export const sayOr = (key: string, otherwise: string): string => (knows(key) ? say(key) : otherwise);

export const inLanguage = (words: Words): string => words[current];
