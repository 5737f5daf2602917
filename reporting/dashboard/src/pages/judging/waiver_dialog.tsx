// A new waiver: for one PC, or for a unit with all below it.
import type { Device, Policy, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { dayAfter } from "../../core/format";
import { say } from "../../core/language";
import { announce } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input, Select, TextArea, UnitSelect } from "../../ui/form";
import { ruleChoices } from "./rules";

const suggestedDays = 90;

export function WaiverDialog(props: {
  close: () => void;
  done: () => void;
  policy: Policy | undefined;
  units: Unit[];
  rule?: string;
  instance?: string;
  device?: Device;
}) {
  const { device } = props;
  const now = new Date().toISOString();
  const [rule, setRule] = useState(props.rule ?? "");
  const [unit, setUnit] = useState("");
  const [instance, setInstance] = useState(props.instance ?? "");
  const [reason, setReason] = useState("");
  const [endsOn, setEndsOn] = useState(dayAfter(now, suggestedDays));
  const work = async () => {
    const target = device ? { device_id: device.device_id } : { unit_id: Number(unit) };
    const body = { rule, ...target, ...(instance ? { instance } : {}), reason, ends_on: endsOn };
    await send("POST /waivers", { body });
    announce(say("done"));
    props.done();
  };
  return (
    <FormDialog title={say("newWaiver")} button={say("grantWaiver")} close={props.close} work={work}>
      <p>{say("waiverText")}</p>
      <Select label={say("rule")} value={rule} set={setRule} required
        choices={[["", ""], ...ruleChoices(props.policy)]} />
      {device
        ? <p>{say("hostName")}: <strong>{device.host_name}</strong></p>
        : (
          <UnitSelect label={say("unitWithBelow")} value={unit} set={setUnit} units={props.units} empty="" required />
        )}
      <Input label={say("instanceOnly")} hint={say("instanceHint")} value={instance} set={setInstance} />
      <TextArea label={say("reason")} value={reason} set={setReason} required />
      <Input label={say("endsOn")} type="date" value={endsOn} set={setEndsOn} min={dayAfter(now, 0)} required />
    </FormDialog>
  );
}
