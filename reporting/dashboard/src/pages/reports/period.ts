// The periods that reports are usually made of.
export interface Period {
  from: string;
  to: string;
}

const iso = (year: number, month: number, day: number): string => (
  new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)
);

/** The last whole month, the last whole quarter, or the year so far, seen from a day "2026-11-22". */
export function periodBefore(today: string, kind: "month" | "quarter" | "year"): Period {
  const [year, month] = today.split("-").map(Number);
  if (kind === "year") return { from: iso(year, 0, 1), to: today };
  if (kind === "month") return { from: iso(year, month - 2, 1), to: iso(year, month - 1, 0) };
  const quarter = Math.floor((month - 1) / 3);
  return { from: iso(year, quarter * 3 - 3, 1), to: iso(year, quarter * 3, 0) };
}
