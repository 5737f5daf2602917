// PCs to another unit.
import type { Unit } from "centre-api";
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { announce } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { UnitSelect } from "../../ui/form";

export function MoveDialog({ devices, units, close, moved }: {
  devices: string[];
  units: Unit[];
  close: () => void;
  moved: () => void;
}) {
  const [unit, setUnit] = useState("");
  const work = async () => {
    await send("POST /devices/move", { body: { devices, unit_id: Number(unit) } });
    announce(say("moveDone"));
    moved();
  };
  return (
    <FormDialog title={say("moveTitle")} button={say("moveChosen")} close={close} work={work} disabled={unit === ""}>
      <p>{say("moveText")}</p>
      <UnitSelect label={say("moveTo")} value={unit} set={setUnit} units={units} empty="" required />
    </FormDialog>
  );
}
