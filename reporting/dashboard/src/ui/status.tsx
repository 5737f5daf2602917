// A status is a shape, a word and only then a colour.
import type { Device, JudgedRule } from "centre-api";
import { numberText } from "../core/format";
import { say, sayOr } from "../core/language";

const signs: Record<string, string> = {
  pass: "✓", fail: "✕", unknown: "?", silent: "○", not_applicable: "–", waived: "⊘", revoked: "⦸",
  done: "✓", failed: "✕", expired: "✕", offline: "○", waiting: "…", delivered: "…", running: "▸", sending: "▸",
};

export function Badge({ kind, text }: { kind: string; text?: string }) {
  return (
    <span class={`status ${kind}`}>
      <span class="sign" aria-hidden="true">{signs[kind] ?? "·"}</span>{text ?? sayOr(kind, kind)}
    </span>
  );
}

export function DeviceBadge({ device }: { device: Device }) {
  if (device.revoked) return <Badge kind="revoked" />;
  if (!device.last_report_at && device.status === "unknown") return <Badge kind="unknown" text={say("noReportYet")} />;
  if (device.waived === 0) return <Badge kind={device.status} />;
  return <><Badge kind={device.status} /> <Badge kind="waived" text={`${say("waived")}: ${device.waived}`} /></>;
}

/** A waived failure is neither passed nor hidden. */
export const verdictKind = ({ waived, status }: JudgedRule) => (waived && status === "fail" ? "waived" : status);

/** A number under a status; zero is dimmed so that the others stand out. The column's title says which status. */
export function Count({ kind, number, href }: { kind: string; number: number; href?: string }) {
  if (number === 0) return <span class="zero">0</span>;
  const shown = <Badge kind={kind} text={numberText(number)} />;
  if (!href) return shown;
  return <a class="count" href={href} aria-label={`${sayOr(kind, kind)}: ${numberText(number)}`}>{shown}</a>;
}

export const ScanState = ({ state }: { state: string }) => <Badge kind={state} text={sayOr(`state_${state}`, state)} />;
