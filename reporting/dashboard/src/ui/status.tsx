// A status is a shape, a word and only then a colour.
import { numberText } from "../core/format";
import { say, sayOr } from "../core/language";
import type { Device, Verdict } from "../core/types";

const signs: Record<string, string> = {
  pass: "✓", fail: "✕", unknown: "?", silent: "○", not_applicable: "–", waived: "⊘", revoked: "⦸",
  done: "✓", failed: "✕", expired: "✕", offline: "○", waiting: "…", delivered: "…", running: "▸", sending: "▸",
};

export function Badge({ kind, text }: { kind: string; text?: string }) {
  return <span class={`status ${kind}`}><span class="sign" aria-hidden="true">{signs[kind] ?? "·"}</span>{text ?? sayOr(kind, kind)}</span>;
}

export function DeviceBadge({ device }: { device: Device }) {
  if (device.revoked) return <Badge kind="revoked" />;
  if (!device.last_report_at && device.status === "unknown") return <Badge kind="unknown" text={say("noReportYet")} />;
  return <><Badge kind={device.status} />{(device.waived ?? 0) > 0 && <> <Badge kind="waived" text={`${say("waived")}: ${device.waived}`} /></>}</>;
}

/** A waived failure is neither passed nor hidden. */
export const verdictKind = (verdict: Verdict): string => (verdict.waived && verdict.status === "fail" ? "waived" : verdict.status);

/** A number under a status; zero is dimmed so that the others stand out. The column's title says which status. */
export function Count({ kind, number, href }: { kind: string; number: number; href?: string }) {
  if (!number) return <span class="zero">0</span>;
  const shown = <span class={`status ${kind}`}><span class="sign" aria-hidden="true">{signs[kind]}</span>{numberText(number)}</span>;
  return href ? <a class="count" href={href} aria-label={`${sayOr(kind, kind)}: ${numberText(number)}`}>{shown}</a> : shown;
}

export const ScanState = ({ state }: { state: string }) => <Badge kind={state} text={sayOr(`state_${state}`, state)} />;
