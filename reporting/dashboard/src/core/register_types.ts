// What the people's API answers about the registers.
export interface WebSystem {
  id: number;
  name: string;
  host: string;
  owner_unit_id: number | null;
  owner_unit: string | null;
  max_password_age_days: number | null;
  unused_after_days: number | null;
  imported_at: string | null;
  imported_by: string;
  counts?: Record<string, number>;
}

export type Revocation = "none" | "requested" | "handed_back" | "revoked" | "kept";
export const revocations: Revocation[] = ["none", "requested", "handed_back", "revoked", "kept"];
export const accountProblems = ["overdue", "never_changed", "unused", "unknown_date"] as const;

export interface WebAccount {
  id: number;
  system: string;
  system_id?: number;
  account: string;
  owner: string;
  unit_id: number;
  unit: string;
  password_changed_on: string | null;
  password_never_changed?: boolean;
  last_login_on: string | null;
  never_logged_in?: boolean;
  status: string;
  problems: string[];
  revocation: { state: Revocation; by: string; at: string | null; note: string };
}

export interface WebAccountList {
  accounts: WebAccount[];
  total: number;
  counts: Record<string, number>;
  units?: ({ unit_id: number; unit: string } & Record<string, number | string>)[];
}

export interface Licence {
  id: number;
  product: string;
  key_reference: string;
  seats: number;
  expires_on: string;
  unit_id: number | null;
  unit: string | null;
  note: string;
  days_left: number;
  devices_using: number;
  devices_without_date: number;
}

export interface DeviceWithoutDate {
  device_id: string;
  host_name: string;
  unit_id: number;
  unit: string;
  product: string;
  licence: { id: number; product: string; expires_on: string; days_left: number } | null;
}
