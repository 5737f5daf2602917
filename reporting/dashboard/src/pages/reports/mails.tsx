// Reports that the centre sends by e-mail each month.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import type { Unit } from "../../core/types";
import { Section, Shown, Time } from "../../ui/basic";
import { Check, FormDialog, Input, Select, UnitSelect } from "../../ui/form";
import { Table } from "../../ui/table";

interface Schedule {
  id: number;
  unit_id: number | null;
  unit: string | null;
  recipients: string[];
  day_of_month: number;
  attachments: string[];
  language: string;
  sent_for: string;
  sent_at: string | null;
  problem: string;
}

const kinds = ["html", "xlsx", "csv"] as const;

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: () => void }) {
  const [recipients, setRecipients] = useState("");
  const [day, setDay] = useState("5");
  const [unit, setUnit] = useState("");
  const [language, setLanguage] = useState("vi");
  const [attachments, setAttachments] = useState<string[]>(["html", "xlsx"]);
  const action = useAction();
  const work = async () => {
    await send("POST", "/report-schedules", {
      recipients: recipients.split(/[\s,;]+/).filter((address) => address !== ""),
      day_of_month: Number(day), unit_id: unit === "" ? null : Number(unit), language, attachments,
    });
    done();
  };
  const toggle = (kind: string, on: boolean) => setAttachments(kinds.filter((each) => (each === kind ? on : attachments.includes(each))));
  return (
    <FormDialog title={say("addReportMail")} button={say("add")} close={close} action={action} work={work} disabled={attachments.length === 0}>
      <Input label={say("mailRecipients")} value={recipients} set={setRecipients} required placeholder="van.phong@coquan.gov.vn" spellcheck={false} />
      <Input label={say("mailDay")} type="number" value={day} set={setDay} min={1} max={28} required />
      <UnitSelect label={say("unit")} value={unit} set={setUnit} units={units} empty={say("allUnits")} />
      <Select label={say("mailLanguage")} value={language} set={setLanguage} choices={[["vi", "Tiếng Việt"], ["en", "English"]]} />
      <fieldset class="checks">
        <legend>{say("mailAttachments")}</legend>
        {kinds.map((kind) => <Check key={kind} label={say(`mail_${kind}`)} checked={attachments.includes(kind)} set={(on) => toggle(kind, on)} />)}
      </fieldset>
    </FormDialog>
  );
}

function RemoveDialog({ schedule, close, done }: { schedule: Schedule; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/report-schedules/${schedule.id}`);
    done();
  };
  return <FormDialog title={say("removeReportMail")} button={say("remove")} close={close} action={action} work={work} danger><p>{schedule.recipients.join(", ")}</p></FormDialog>;
}

export function ReportMails({ units }: { units: Unit[] }) {
  const list = useLoaded<{ schedules: Schedule[] }>("/report-schedules");
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Schedule | null>(null);
  return (
    <Section title={say("reportMails")} note={say("reportMailsNote")} actions={<button type="button" onClick={() => setAdding(true)}>{say("addReportMail")}</button>}>
      <Shown of={list}>
        {({ schedules }) => schedules.length === 0 ? <p class="dim">{say("noReportMails")}</p> : (
          <Table caption={say("reportMails")} rows={schedules} rowKey={(schedule) => schedule.id} columns={[
            { key: "to", title: say("mailRecipients"), head: true, cell: (schedule) => schedule.recipients.join(", ") },
            { key: "unit", title: say("unit"), cell: (schedule) => schedule.unit === null ? say("allUnits") : pathText(schedule.unit) },
            { key: "day", title: say("mailDay"), numeric: true, cell: (schedule) => schedule.day_of_month },
            { key: "sent", title: say("mailSent"), class: "when", cell: (schedule) => <Time at={schedule.sent_at} /> },
            { key: "problem", title: say("problem"), cell: (schedule) => schedule.problem },
            { key: "edit", title: "", cell: (schedule) => <button type="button" class="small" aria-label={`${say("remove")}: ${schedule.recipients.join(", ")}`} onClick={() => setRemoving(schedule)}>{say("remove")}</button> },
          ]} />
        )}
      </Shown>
      {adding && <AddDialog units={units} close={() => setAdding(false)} done={list.reload} />}
      {removing && <RemoveDialog schedule={removing} close={() => setRemoving(null)} done={list.reload} />}
    </Section>
  );
}
