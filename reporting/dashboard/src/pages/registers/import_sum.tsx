// What the import of a register did or would do.
import type { RegisterImport } from "centre-api";
import { say } from "../../core/language";

export function ImportSum({ of: { lines, added, changed, unchanged, gone } }: { of: RegisterImport }) {
  return <p>{say("importSum", { lines, added, changed, unchanged, gone })}</p>;
}
