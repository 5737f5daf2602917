// PCs to another unit.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import type { Unit } from "../../core/types";
import { announce } from "../../ui/basic";
import { FormDialog, UnitSelect } from "../../ui/form";

export function MoveDialog({ devices, units, close, moved }: { devices: string[]; units: Unit[]; close: () => void; moved: () => void }) {
  const [unit, setUnit] = useState("");
  const action = useAction();
  const work = async () => {
    await send("POST", "/devices/move", { devices, unit_id: Number(unit) });
    announce(say("moveDone"));
    moved();
  };
  return (
    <FormDialog title={say("moveTitle")} button={say("moveChosen")} close={close} action={action} work={work} disabled={unit === ""}>
      <p>{say("moveText")}</p>
      <UnitSelect label={say("moveTo")} value={unit} set={setUnit} units={units} empty="" required />
    </FormDialog>
  );
}
