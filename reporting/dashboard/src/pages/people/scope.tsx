// The units that somebody sees: a part of the tree, or all of it.
import type { Role, Unit } from "centre-api";
import { say } from "../../core/language";
import { UnitSelect } from "../../ui/form";

/** Administrators see everything; a unit's manager has a unit. */
export function ScopeSelect({ role, unit, set, units }: {
  role: Role;
  unit: string;
  set: (unit: string) => void;
  units: Unit[];
}) {
  if (role === "administrator") return null;
  const needed = role === "unit_manager";
  return (
    <UnitSelect label={say("scopeUnit")} value={unit} set={set} units={units} required={needed}
      empty={needed ? "" : say("wholeCity")} />
  );
}

/** As the API takes it. */
export const scopeOf = (role: Role, unit: string): number | null => (
  unit && role !== "administrator" ? Number(unit) : null
);
