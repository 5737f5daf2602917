// What the people's API answers, as far as the page reads it.
import type { Text } from "./language";

export type DeviceStatus = "pass" | "fail" | "unknown" | "silent";
export type VerdictStatus = "pass" | "fail" | "unknown" | "not_applicable";
export type Severity = "grave" | "violation" | "advice";

export interface Unit {
  id: number;
  parent_id: number | null;
  name: string;
  path?: string;
  devices: number;
  pass: number;
  fail: number;
  unknown: number;
  silent: number;
  waived?: number;
}

export interface UnitChange {
  unit_id: number;
  at: string;
  actor: string;
  kind: "added" | "renamed" | "moved" | "merged";
  before: string;
  after: string;
}

export interface Device {
  device_id: string;
  host_name: string;
  unit_id: number;
  unit: string;
  status: DeviceStatus;
  grave: number;
  failed: number;
  unknown: number;
  waived?: number;
  agent_version: string;
  enrolled_at: string;
  last_report_at: string | null;
  confirmed_at: string | null;
  last_seen_at: string;
  outbox_depth: number;
  revoked: boolean;
}

export interface DeviceList {
  devices: Device[];
  total?: number;
  offset?: number;
  limit?: number;
  versions?: string[];
}

export interface Verdict {
  rule: string;
  clause: string;
  severity: Severity;
  instance: string;
  status: VerdictStatus;
  reason: string;
  since: string;
  title: Text;
  observed_text: Text;
  required: Text;
  remedy: Text;
  waived?: boolean;
  waiver?: Waiver | null;
}

export interface Fact {
  id: string;
  instance: string;
  source?: string;
  unknown?: string;
  label: Text;
  text: Text;
}

export interface Report {
  report_id: string;
  agent_version: string;
  trigger: string;
  taken_at: string;
  received_at: string;
  facts: Fact[];
}

export interface DeviceDetails extends Device {
  policy: { id: string; version: string };
  judged_at: string | null;
  verdicts: Verdict[];
  report: Report | null;
  certificate?: { sha256: string; serial: string; not_after: string } | null;
  moves?: { from_unit: string; to_unit: string; from?: string; to?: string; at: string; actor: string }[];
}

export interface Change {
  at: string;
  device_id: string;
  host_name: string;
  unit_id: number;
  unit: string;
  rule: string;
  clause: string;
  title: Text;
  instance: string;
  from: string;
  to: string;
}

export interface Cell {
  pass: number;
  fail: number;
  unknown: number;
  waived: number;
}

/** A unit with those below it; `own`: without them. */
export interface HeatRow {
  unit_id: number;
  name: string;
  path: string;
  devices: number;
  own?: boolean;
  cells: Record<string, Cell>;
}

export interface TrendPoint {
  day: string;
  devices: number;
  pass: number;
  fail: number;
  unknown: number;
  silent: number;
  compliant_share: number | null;
}

export interface Overview {
  at: string;
  unit_id: number | null;
  devices: number;
  reporting_24h: number;
  silent: number;
  silent_after_days: number;
  pass: number;
  fail: number;
  unknown: number;
  waived: number;
  compliant_share: number | null;
  clauses: { clause: string; text: Text }[];
  heat: HeatRow[];
  trend: TrendPoint[];
  regressions: Change[];
  fixes: Change[];
}

export interface Rule {
  id: string;
  clause: string;
  severity: Severity;
  title: Text;
  required: Text;
  disabled?: boolean;
}

export interface Policy {
  id: string;
  number?: number;
  version: string;
  title: Text;
  parameters: Record<string, number>;
  official_hosts?: string[];
  clauses: Record<string, Text>;
  rules: Rule[];
}

export interface ScanDevice {
  command_id: string;
  device_id: string;
  host_name: string;
  state: "waiting" | "offline" | "delivered" | "running" | "sending" | "done" | "failed" | "expired";
  changed_at: string;
  collector: string;
  position: number;
  count: number;
  report_id: string;
  problem: string;
}

export interface Scan {
  batch_id: string;
  kind?: string;
  created_by: string;
  created_at: string;
  expires_at: string;
  total: number;
  finished: boolean;
  devices?: ScanDevice[];
  waiting: number;
  offline: number;
  delivered: number;
  running: number;
  sending: number;
  done: number;
  failed: number;
  expired: number;
}

export interface Waiver {
  id: number;
  rule: string;
  device_id: string | null;
  host_name?: string | null;
  unit_id: number | null;
  unit?: string | null;
  instance: string | null;
  reason: string;
  approved_by: string;
  created_at: string;
  ends_on: string;
  ended_at: string | null;
  ended_by: string | null;
}

export interface WaiverList {
  waivers: Waiver[];
}
