// Times as Vietnam reads them, numbers, and comparing without Vietnamese marks.
import { type Language, language } from "./language";

/** The office is in Vietnam, seven hours before UTC, which knows no summer time. */
const zoneHours = 7;

/** "2026-11-22T10:04:31.000Z" as the office's clock shows it. */
const officeClock = (instant: string): string => new Date(Date.parse(instant) + zoneHours * 3_600_000).toISOString();

/** "22/11/2026 10:04", in English "2026-11-22 10:04", in the office's zone whatever the PC's; "" for none. */
export function timeText(instant: string | null | undefined, inLanguage: Language = language()): string {
  if (!instant || Number.isNaN(Date.parse(instant))) return "";
  const clock = officeClock(instant);
  return `${dayText(clock.slice(0, 10), inLanguage)} ${clock.slice(11, 16)}`;
}

/** A day "2026-11-22" → "22/11/2026", in English as it is. An instant gives its day in the office's zone. */
export function dayText(day: string | null | undefined, inLanguage: Language = language()): string {
  if (!day) return "";
  const own = day.length > 10 ? dayOf(day) : day;
  if (inLanguage === "en") return own;
  const [year, month, date] = own.split("-");
  return `${date}/${month}/${year}`;
}

/** "2026-11-22", of an instant in the office's zone. */
export const dayOf = (instant: string): string => officeClock(instant).slice(0, 10);

/** The day that is `days` after (before, when negative) the one of `instant`. */
export function dayAfter(instant: string, days: number): string {
  const date = new Date(`${dayOf(instant)}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** "1.234,5", in English "1,234.5". The browser's own formatter takes longer to start than a page to show. */
export function numberText(number: number): string {
  const [whole, part] = String(number).split(".");
  const [group, point] = language() === "vi" ? [".", ","] : [",", "."];
  return whole.replace(/\B(?=(\d{3})+$)/g, group) + (part ? point + part : "");
}

// Vietnamese has ă, â, ê, ô, ơ, ư and đ as letters of their own after those without the mark; tones only tell alike
// words apart.
function nameKey(name: string): string {
  return name.toLowerCase().normalize("NFD")
    .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, "").replace(/\u0306/g, "\u0301").replace(/đ/g, "d\u0301")
    .replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/**
 * In the order of their names in Vietnamese, "Phường 2" before "Phường 10". (The browser's own collation is slow to
 * start.)
 */
export function sortedByName<T>(items: readonly T[], name: (item: T) => string): T[] {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return items.map((item) => ({ item, key: nameKey(name(item)) }))
    .sort((a, b) => order(a.key, b.key) || order(name(a.item), name(b.item)))
    .map(({ item }) => item);
}

/** "87,5 %": never 100 when one is missing, never 0 when there is one. */
export function shareText(share: number | null | undefined): string {
  if (share === null || share === undefined) return "–";
  let percent = Math.round(share * 1000) / 10;
  if (share < 1 && percent >= 100) percent = 99.9;
  if (share > 0 && percent <= 0) percent = 0.1;
  return `${numberText(percent)} %`;
}

/** Lower case without Vietnamese marks: "Đường" is found as "duong". */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

/** Whether every word of `wanted` is in `text`, marks aside. */
export function matches(text: string, wanted: string): boolean {
  const own = folded(text);
  return folded(wanted).split(/\s+/).every((word) => own.includes(word));
}

export const pathText = (path: string): string => path.replaceAll("/", " / ");

/** The length of a text as people count it. */
export const letters = (text: string): number => [...text].length;
