// Changing the tree of units.
import { useState } from "preact/hooks";
import { send, sendCsv } from "../../core/api";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import type { Unit } from "../../core/types";
import { announce } from "../../ui/basic";
import { FormDialog, Input, UnitSelect } from "../../ui/form";
import { ImportDialog, type LineError } from "../../ui/import";

export interface UnitTask {
  kind: "add" | "rename" | "move" | "merge";
  unit: Unit | null;
}

/** Ids of a unit and all below it: where it cannot be moved to. */
export function unitAndBelow(units: Unit[], id: number): Set<number> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const unit of units) if (unit.parent_id !== null && found.has(unit.parent_id)) found.add(unit.id);
  }
  return found;
}

export function UnitDialog({ task, units, close, done }: { task: UnitTask; units: Unit[]; close: () => void; done: () => void }) {
  const { kind, unit } = task;
  const [name, setName] = useState(kind === "rename" ? unit!.name : "");
  const [target, setTarget] = useState(kind === "add" ? String(unit?.id ?? "") : kind === "move" ? String(unit!.parent_id ?? "") : "");
  const action = useAction();
  const own = kind === "move" || kind === "merge" ? unitAndBelow(units, unit!.id) : new Set<number>();
  const others = units.filter((one) => !own.has(one.id));
  const title = kind === "add" ? say("addUnit") : kind === "rename" ? say("renameUnit") : kind === "move" ? `${say("moveUnit")}: ${unit!.name}` : say("mergeTitle", { name: unit!.name });
  const parent = target === "" ? null : Number(target);
  const work = async () => {
    if (kind === "add") await send("POST", "/units", { name, parent_id: parent });
    if (kind === "rename") await send("PATCH", `/units/${unit!.id}`, { name });
    if (kind === "move") await send("PATCH", `/units/${unit!.id}`, { parent_id: parent });
    if (kind === "merge") await send("POST", `/units/${unit!.id}/merge`, { into: parent });
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={title} button={kind === "merge" ? say("mergeUnit") : say("save")} close={close} action={action} work={work} danger={kind === "merge"} disabled={kind === "merge" && parent === null}>
      {kind === "merge" && <p>{say("mergeText")}</p>}
      {(kind === "add" || kind === "rename") && <Input label={say("unitName")} value={name} set={setName} required maxLength={200} />}
      {(kind === "add" || kind === "move") && <UnitSelect label={say("parentUnit")} value={target} set={setTarget} units={others} empty={say("topUnit")} />}
      {kind === "merge" && <UnitSelect label={say("mergeInto")} value={target} set={setTarget} units={others} empty="" required />}
    </FormDialog>
  );
}

interface UnitImport {
  added: string[];
  errors?: LineError[];
}

export function ImportUnits({ close, done }: { close: () => void; done: () => void }) {
  return (
    <ImportDialog<UnitImport> title={say("importUnitsTitle")} note={say("importUnitsText")} close={close} done={done}
      ask={(file, preview) => sendCsv<UnitImport>(`/units/import?preview=${preview}`, file)}
      summary={(result) => (
        <>
          <p>{say("wouldAdd", { count: result.added.length })}</p>
          <ul class="plain-list">{result.added.slice(0, 20).map((path) => <li key={path}>{path}</li>)}{result.added.length > 20 && <li>…</li>}</ul>
        </>
      )} />
  );
}
