// A new waiver: for one PC, or for a unit with all below it.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { dayAfter } from "../../core/format";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import type { Device, Policy, Unit } from "../../core/types";
import { announce } from "../../ui/basic";
import { FormDialog, Input, Select, TextArea, UnitSelect } from "../../ui/form";
import { ruleChoices } from "../devices/filters";

const suggestedDays = 90;

export function WaiverDialog(props: { close: () => void; done: () => void; policy: Policy | undefined; units: Unit[]; rule?: string; instance?: string; device?: Device }) {
  const now = new Date().toISOString();
  const [rule, setRule] = useState(props.rule ?? "");
  const [unit, setUnit] = useState("");
  const [instance, setInstance] = useState(props.instance ?? "");
  const [reason, setReason] = useState("");
  const [endsOn, setEndsOn] = useState(dayAfter(now, suggestedDays));
  const action = useAction();
  const work = async () => {
    const target = props.device ? { device_id: props.device.device_id } : { unit_id: Number(unit) };
    await send("POST", "/waivers", { rule, ...target, ...(instance ? { instance } : {}), reason, ends_on: endsOn });
    announce(say("done"));
    props.done();
  };
  return (
    <FormDialog title={say("newWaiver")} button={say("grantWaiver")} close={props.close} action={action} work={work}>
      <p>{say("waiverText")}</p>
      <Select label={say("rule")} value={rule} set={setRule} required choices={[["", ""], ...ruleChoices(props.policy)]} />
      {props.device
        ? <p>{say("hostName")}: <strong>{props.device.host_name}</strong></p>
        : <UnitSelect label={say("unitWithBelow")} value={unit} set={setUnit} units={props.units} empty="" required />}
      <Input label={say("instanceOnly")} hint={say("instanceHint")} value={instance} set={setInstance} />
      <TextArea label={say("reason")} value={reason} set={setReason} required />
      <Input label={say("endsOn")} type="date" value={endsOn} set={setEndsOn} min={dayAfter(now, 0)} required />
    </FormDialog>
  );
}
