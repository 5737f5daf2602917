// Official reports of a period and a part of the tree.
import type { Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address } from "../../core/api";
import { dayOf } from "../../core/format";
import { language, say } from "../../core/language";
import { useLoaded, type Loaded } from "../../core/load";
import { useMay, useSession } from "../../core/session";
import { Page, Section } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { Input, UnitSelect } from "../../ui/form";
import { ReportMails } from "./mails";
import { periodBefore, type Period } from "./period";

const usual = [["month", "periodMonth"], ["quarter", "periodQuarter"], ["year", "periodYear"]] as const;

/** What the reports are about. */
interface Subject {
  period: Period;
  unit: string;
}

function SubjectForm({ subject, set, units }: {
  subject: Subject;
  set: (subject: Subject) => void;
  units: Loaded<{ units: Unit[] }>;
}) {
  const { unit_id } = useSession();
  const { period, unit } = subject;
  const today = dayOf(new Date().toISOString());
  const change = (changes: Partial<Period>) => set({ ...subject, period: { ...period, ...changes } });
  return (
    <div class="card form" aria-busy={units.loading}>
      <div class="columns">
        <Input label={say("fromDay")} type="date" value={period.from} max={today} set={(from) => change({ from })}
          required />
        <Input label={say("toDay")} type="date" value={period.to} max={today} set={(to) => change({ to })} required />
        <UnitSelect label={say("unit")} value={unit} set={(next) => set({ period, unit: next })}
          units={units.data?.units ?? []} empty={unit_id === null ? say("allUnits") : undefined} />
      </div>
      <div class="buttons">
        {usual.map(([kind, word]) => (
          <button type="button" key={kind} class="small" onClick={() => change(periodBefore(today, kind))}>
            {say(word)}
          </button>
        ))}
      </div>
      {isWrong(period) && <div class="notice bad" role="alert">{say("periodWrong")}</div>}
    </div>
  );
}

const isWrong = ({ from, to }: Period): boolean => from > to;

/** The administrative report, with what only people know. */
function PrintedReport({ subject: { period, unit } }: { subject: Subject }) {
  const [words, setWords] = useState({ number: "", place: "", title: "", signer: "" });
  const word = (name: keyof typeof words, label: string) => (
    <Input label={`${label} (${say("optional")})`} value={words[name]} maxLength={300}
      set={(value) => setWords({ ...words, [name]: value })} />
  );
  const page = address("GET /exports/report.html", { query: { unit, ...period, ...words, lang: language() } });
  return (
    <Section title={say("printable")} note={say("printableHint")}>
      <div class="columns">
        {word("number", say("reportNumber"))}{word("place", say("place"))}
        {word("title", say("signerPost"))}{word("signer", say("signer"))}
      </div>
      {!isWrong(period) && (
        <p class="after-fields">
          <a class="button" href={page} target="_blank" rel="noopener">{say("printable")}</a>
        </p>
      )}
    </Section>
  );
}

function StaffNotice() {
  const page = address("GET /exports/notice.html", { query: { lang: language() } });
  return (
    <Section title={say("staffNotice")} note={say("staffNoticeHint")}>
      <a class="button" href={page} target="_blank" rel="noopener">{say("staffNotice")}</a>
    </Section>
  );
}

function Figures({ subject: { period, unit } }: { subject: Subject }) {
  const devices = { unit, lang: language() };
  const query = { ...devices, ...period };
  return (
    <Section title={say("figures")}>
      <div class="buttons">
        {!isWrong(period) && (
          <>
            <FileLink button file={address("GET /exports/compliance.xlsx", { query })} text={say("complianceXlsx")} />
            <FileLink button file={address("GET /exports/compliance.csv", { query })} text={say("complianceCsv")} />
          </>
        )}
        <FileLink button file={address("GET /exports/devices.xlsx", { query: devices })} text={say("devicesXlsx")} />
        <FileLink button file={address("GET /exports/devices.csv", { query: devices })} text={say("devicesCsv")} />
      </div>
    </Section>
  );
}

export function ReportsPage() {
  const { unit_id } = useSession();
  const [subject, setSubject] = useState<Subject>(() => ({
    period: periodBefore(dayOf(new Date().toISOString()), "month"), unit: String(unit_id ?? ""),
  }));
  const units = useLoaded(address("GET /units"));
  const sendsMail = useMay("administer");
  return (
    <Page title={say("reports")} lead={say("reportsLead")}>
      <SubjectForm subject={subject} set={setSubject} units={units} />
      <PrintedReport subject={subject} />
      <Figures subject={subject} />
      <StaffNotice />
      {sendsMail && <ReportMails units={units.data?.units ?? []} />}
    </Page>
  );
}
