// Every fact of a PC's newest report, with its date and source.
import type { DeviceDetails, Fact, Report } from "centre-api";
import { useState } from "preact/hooks";
import { matches } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { Empty, Time } from "../../ui/basic";
import { Input } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

function FactValue({ fact }: { fact: Fact }) {
  const text = inLanguage(fact.text);
  return fact.unknown === undefined ? <>{text}</> : <Badge kind="unknown" text={text} />;
}

const wordsOf = (fact: Fact): string => (
  `${inLanguage(fact.label)} ${inLanguage(fact.text)} ${fact.instance} ${inLanguage(fact.subject)} `
  + `${fact.source ?? ""} ${fact.id}`
);

export function FactsTable({ report }: { report: Report }) {
  const [wanted, setWanted] = useState("");
  const rows = report.facts.filter((fact) => matches(wordsOf(fact), wanted));
  return (
    <>
      <div class="list-head">
        <Input label={say("filterFacts")} type="search" value={wanted} set={setWanted} autocomplete="off"
          spellcheck={false} />
        <p role="status" class="dim">{say("shown", { shown: rows.length, all: report.facts.length })}</p>
      </div>
      <Table caption={say("tab_facts")} rows={rows} rowKey={(fact) => `${fact.id} ${fact.instance}`} columns={[
        {
          key: "fact", title: say("fact"), head: true,
          cell: (fact) => <span title={fact.id}>{inLanguage(fact.label)}</span>,
        },
        { key: "value", title: say("value"), cell: (fact) => <FactValue fact={fact} /> },
        { key: "instance", title: say("instance"), cell: (fact) => inLanguage(fact.subject) },
        { key: "source", title: say("source"), cell: (fact) => fact.source ?? "" },
        { key: "date", title: say("date"), class: "when", cell: () => <Time at={report.taken_at} /> },
      ]} />
    </>
  );
}

export function FactsTab({ device }: { device: DeviceDetails }) {
  return device.report ? <FactsTable report={device.report} /> : <Empty title={say("noReport")} />;
}
