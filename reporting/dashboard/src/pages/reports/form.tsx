// Official reports of a period and a part of the tree.
import { useState } from "preact/hooks";
import { apiAddress, withQuery } from "../../core/api";
import { dayOf } from "../../core/format";
import { language, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { useMay, useSession } from "../../core/session";
import type { Unit } from "../../core/types";
import { Page, Section } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { Input, UnitSelect } from "../../ui/form";
import { ReportMails } from "./mails";

export interface Period {
  from: string;
  to: string;
}

const iso = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);

/** The last whole month, the last whole quarter, or the year so far, seen from a day "2026-11-22". */
export function periodBefore(today: string, kind: "month" | "quarter" | "year"): Period {
  const [year, month] = today.split("-").map(Number);
  if (kind === "year") return { from: iso(year, 0, 1), to: today };
  if (kind === "month") return { from: iso(year, month - 2, 1), to: iso(year, month - 1, 0) };
  const quarter = Math.floor((month - 1) / 3);
  return { from: iso(year, quarter * 3 - 3, 1), to: iso(year, quarter * 3, 0) };
}

export function ReportsPage() {
  const session = useSession();
  const today = dayOf(new Date().toISOString());
  const [period, setPeriod] = useState(periodBefore(today, "month"));
  const [unit, setUnit] = useState(String(session.unit_id ?? ""));
  const [words, setWords] = useState({ number: "", place: "", signer: "", title: "" });
  const units = useLoaded<{ units: Unit[] }>("/units");
  const query = { unit, ...period };
  const sendsMail = useMay("administer");
  const wrong = period.from > period.to;
  const word = (name: keyof typeof words, label: string) => <Input label={`${label} (${say("optional")})`} value={words[name]} set={(value) => setWords({ ...words, [name]: value })} maxLength={300} />;
  return (
    <Page title={say("reports")} lead={say("reportsLead")}>
      <div class="card form" aria-busy={units.loading}>
        <div class="columns">
          <Input label={say("fromDay")} type="date" value={period.from} max={today} set={(from) => setPeriod({ ...period, from })} required />
          <Input label={say("toDay")} type="date" value={period.to} max={today} set={(to) => setPeriod({ ...period, to })} required />
          <UnitSelect label={say("unit")} value={unit} set={setUnit} units={units.data?.units ?? []} empty={session.unit_id === null ? say("allUnits") : undefined} />
        </div>
        <div class="buttons">
          <button type="button" class="small" onClick={() => setPeriod(periodBefore(today, "month"))}>{say("periodMonth")}</button>
          <button type="button" class="small" onClick={() => setPeriod(periodBefore(today, "quarter"))}>{say("periodQuarter")}</button>
          <button type="button" class="small" onClick={() => setPeriod(periodBefore(today, "year"))}>{say("periodYear")}</button>
        </div>
        {wrong && <div class="notice bad" role="alert">{say("periodWrong")}</div>}
      </div>
      <Section title={say("printable")} note={say("printableHint")}>
        <div class="columns">
          {word("number", say("reportNumber"))}{word("place", say("place"))}
          {word("title", say("signerPost"))}{word("signer", say("signer"))}
        </div>
        {!wrong && <p class="after-fields"><a class="button" href={withQuery(apiAddress("/exports/report.html"), { ...query, ...words, lang: language() })} target="_blank" rel="noopener">{say("printable")}</a></p>}
      </Section>
      <Section title={say("figures")}>
        <div class="buttons">
          {!wrong && <FileLink button path="/exports/compliance.xlsx" query={query} text={say("complianceXlsx")} />}
          {!wrong && <FileLink button path="/exports/compliance.csv" query={query} text={say("complianceCsv")} />}
          <FileLink button path="/exports/devices.xlsx" query={{ unit }} text={say("devicesXlsx")} />
          <FileLink button path="/exports/devices.csv" query={{ unit }} text={say("devicesCsv")} />
        </div>
      </Section>
      {sendsMail && <ReportMails units={units.data?.units ?? []} />}
    </Page>
  );
}
