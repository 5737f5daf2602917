// Reports that the centre sends by e-mail each month.
import { choices, type ReportAttachment, type ReportSchedule, type Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { pathText } from "../../core/format";
import { say, type Language } from "../../core/language";
import { useLoaded } from "../../core/load";
import { Section, Shown, Time } from "../../ui/basic";
import { DangerDialog, FormDialog } from "../../ui/dialog";
import { Check, Input, Select, UnitSelect, type Choice } from "../../ui/form";
import { Table } from "../../ui/table";

const languages: Choice<Language>[] = [["vi", "Tiếng Việt"], ["en", "English"]];

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: () => void }) {
  const [addresses, setAddresses] = useState("");
  const [day, setDay] = useState("5");
  const [unit, setUnit] = useState("");
  const [language, setLanguage] = useState<Language>("vi");
  const [attachments, setAttachments] = useState<ReportAttachment[]>(["html", "xlsx"]);
  const work = async () => {
    const recipients = addresses.split(/[\s,;]+/).filter((one) => one !== "");
    const unit_id = unit === "" ? null : Number(unit);
    await send("POST /report-schedules", {
      body: { recipients, day_of_month: Number(day), unit_id, language, attachments },
    });
    done();
  };
  const attach = (kind: ReportAttachment, on: boolean) => setAttachments(
    choices.ReportAttachment.filter((each) => (each === kind ? on : attachments.includes(each))),
  );
  return (
    <FormDialog title={say("addReportMail")} button={say("add")} close={close} work={work}
      disabled={attachments.length === 0}>
      <Input label={say("mailRecipients")} value={addresses} set={setAddresses} required
        placeholder="van.phong@coquan.gov.vn" spellcheck={false} />
      <Input label={say("mailDay")} type="number" value={day} set={setDay} min={1} max={28} required />
      <UnitSelect label={say("unit")} value={unit} set={setUnit} units={units} empty={say("allUnits")} />
      <Select label={say("mailLanguage")} value={language} set={setLanguage} choices={languages} />
      <fieldset class="checks">
        <legend>{say("mailAttachments")}</legend>
        {choices.ReportAttachment.map((kind) => (
          <Check key={kind} label={say(`mail_${kind}`)} checked={attachments.includes(kind)}
            set={(on) => attach(kind, on)} />
        ))}
      </fieldset>
    </FormDialog>
  );
}

function RemoveButton({ schedule, press }: { schedule: ReportSchedule; press: () => void }) {
  const name = `${say("remove")}: ${schedule.recipients.join(", ")}`;
  return <button type="button" class="small" aria-label={name} onClick={press}>{say("remove")}</button>;
}

export function ReportMails({ units }: { units: Unit[] }) {
  const list = useLoaded(address("GET /report-schedules"));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<ReportSchedule | null>(null);
  const add = <button type="button" onClick={() => setAdding(true)}>{say("addReportMail")}</button>;
  return (
    <Section title={say("reportMails")} note={say("reportMailsNote")} actions={add}>
      <Shown of={list}>
        {({ schedules }) => schedules.length === 0 ? <p class="dim">{say("noReportMails")}</p> : (
          <Table caption={say("reportMails")} rows={schedules} rowKey={(schedule) => schedule.id} columns={[
            { key: "to", title: say("mailRecipients"), head: true, cell: ({ recipients }) => recipients.join(", ") },
            { key: "unit", title: say("unit"), cell: ({ unit }) => unit === null ? say("allUnits") : pathText(unit) },
            { key: "day", title: say("mailDay"), numeric: true, cell: (schedule) => schedule.day_of_month },
            { key: "sent", title: say("mailSent"), class: "when", cell: (schedule) => <Time at={schedule.sent_at} /> },
            { key: "problem", title: say("problem"), cell: (schedule) => schedule.problem },
            {
              key: "edit", title: "",
              cell: (schedule) => <RemoveButton schedule={schedule} press={() => setRemoving(schedule)} />,
            },
          ]} />
        )}
      </Shown>
      {adding && <AddDialog units={units} close={() => setAdding(false)} done={list.reload} />}
      {removing && (
        <DangerDialog title={say("removeReportMail")} button={say("remove")} close={() => setRemoving(null)}
          done={list.reload} work={() => send("DELETE /report-schedules/{id}", { ids: { id: removing.id } })}>
          <p>{removing.recipients.join(", ")}</p>
        </DangerDialog>
      )}
    </Section>
  );
}
