// Changing the tree of units.
import type { Unit } from "centre-api";
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { announce } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input, UnitSelect } from "../../ui/form";
import { ImportDialog } from "../../ui/import";

export type UnitTask = { kind: "add"; unit: Unit | null } | { kind: "rename" | "move" | "merge"; unit: Unit };

/** Ids of a unit and all below it: where it cannot be moved to. */
export function unitAndBelow(units: Unit[], id: number): Set<number> {
  const found = new Set([id]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const unit of units) if (unit.parent_id !== null && found.has(unit.parent_id)) found.add(unit.id);
  }
  return found;
}

interface Dialog<Task> {
  task: Task;
  units: Unit[];
  close: () => void;
  done: () => void;
}

/** Adds a unit, or gives one another name. */
function NameDialog({ task, units, close, done }: Dialog<UnitTask>) {
  const { kind, unit } = task;
  const [name, setName] = useState(kind === "rename" ? task.unit.name : "");
  const [parent, setParent] = useState(String(unit?.id ?? ""));
  const work = async () => {
    if (kind === "rename") await send("PATCH /units/{unit_id}", { ids: { unit_id: task.unit.id }, body: { name } });
    else await send("POST /units", { body: { name, parent_id: parent === "" ? null : Number(parent) } });
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={say(kind === "rename" ? "renameUnit" : "addUnit")} button={say("save")} close={close}
      work={work}>
      <Input label={say("unitName")} value={name} set={setName} required maxLength={200} />
      {kind === "add" && (
        <UnitSelect label={say("parentUnit")} value={parent} set={setParent} units={units} empty={say("topUnit")} />
      )}
    </FormDialog>
  );
}

/** Puts a unit below another, or makes it one with another. */
function PlaceDialog({ task, units, close, done }: Dialog<{ kind: "move" | "merge"; unit: Unit }>) {
  const { kind, unit } = task;
  const merges = kind === "merge";
  const [target, setTarget] = useState(merges ? "" : String(unit.parent_id ?? ""));
  const own = unitAndBelow(units, unit.id);
  const others = units.filter((one) => !own.has(one.id));
  const ids = { unit_id: unit.id };
  const work = async () => {
    if (merges) await send("POST /units/{unit_id}/merge", { ids, body: { into: Number(target) } });
    else await send("PATCH /units/{unit_id}", { ids, body: { parent_id: target === "" ? null : Number(target) } });
    announce(say("done"));
    done();
  };
  if (merges) {
    return (
      <FormDialog title={say("mergeTitle", { name: unit.name })} button={say("mergeUnit")} close={close} work={work}
        danger
        disabled={target === ""}>
        <p>{say("mergeText")}</p>
        <UnitSelect label={say("mergeInto")} value={target} set={setTarget} units={others} empty="" required />
      </FormDialog>
    );
  }
  return (
    <FormDialog title={`${say("moveUnit")}: ${unit.name}`} button={say("save")} close={close} work={work}>
      <UnitSelect label={say("parentUnit")} value={target} set={setTarget} units={others} empty={say("topUnit")} />
    </FormDialog>
  );
}

export function UnitDialog({ task, ...rest }: Dialog<UnitTask>) {
  const { kind } = task;
  if (kind === "move" || kind === "merge") return <PlaceDialog task={{ kind, unit: task.unit }} {...rest} />;
  return <NameDialog task={task} {...rest} />;
}

export function ImportUnits({ close, done }: { close: () => void; done: () => void }) {
  return (
    <ImportDialog title={say("importUnitsTitle")} note={say("importUnitsText")} close={close} done={done}
      ask={(file, preview) => send("POST /units/import", { query: { preview }, body: file })}
      summary={({ added }) => (
        <>
          <p>{say("wouldAdd", { count: added.length })}</p>
          <ul class="plain-list">
            {added.slice(0, 20).map((path) => <li key={path}>{path}</li>)}{added.length > 20 && <li>…</li>}
          </ul>
        </>
      )} />
  );
}
