// What happened to a PC: changes of its verdicts, its reports, what it was asked, its certificate and units.
import { useState } from "preact/hooks";
import { withQuery } from "../../core/api";
import { pathText } from "../../core/format";
import { inLanguage, say, sayOr } from "../../core/language";
import { useLoaded } from "../../core/load";
import type { Change, DeviceDetails, Report } from "../../core/types";
import { Empty, Section, Shown, Terms, Time } from "../../ui/basic";
import { Dialog } from "../../ui/form";
import { Badge, ScanState } from "../../ui/status";
import { Table } from "../../ui/table";
import { FactsTable } from "../devices/facts";

const pathOf = (id: string, what: string): string => `/devices/${encodeURIComponent(id)}/${what}`;

/** Where a verdict came from or went to; nothing when its subject is new or gone. */
export function Turn({ status, from }: { status: string; from: boolean }) {
  return status ? <Badge kind={status} /> : <span class="dim">{say(from ? "newStatus" : "goneStatus")}</span>;
}

export function ChangesTab({ id }: { id: string }) {
  const list = useLoaded<{ changes: Change[] }>(withQuery(pathOf(id, "changes"), { limit: 200 }));
  return (
    <Shown of={list}>
      {({ changes }) => changes.length === 0 ? <Empty title={say("noChanges")} /> : (
        <Table caption={say("changesCaption")} rows={changes} rowKey={(change) => `${change.at} ${change.rule} ${change.instance}`} columns={[
          { key: "at", title: say("date"), class: "when", cell: (change) => <Time at={change.at} /> },
          { key: "rule", title: say("rule"), head: true, cell: (change) => <>{say("clause", { clause: change.clause })}: {inLanguage(change.title)}</> },
          { key: "instance", title: say("instance"), cell: (change) => change.instance },
          { key: "from", title: say("from"), cell: (change) => <Turn status={change.from} from /> },
          { key: "to", title: say("to"), cell: (change) => <Turn status={change.to} from={false} /> },
        ]} />
      )}
    </Shown>
  );
}

interface ReportLine {
  report_id: string;
  taken_at: string;
  received_at: string;
  trigger: string;
  status: string;
}

function OldReport({ id, report, close }: { id: string; report: string; close: () => void }) {
  const loaded = useLoaded<Report | { report: Report }>(pathOf(id, `reports/${encodeURIComponent(report)}`));
  return (
    <Dialog title={say("tab_facts")} close={close}>
      <Shown of={loaded}>{(data) => <FactsTable report={"report" in data ? data.report : data} />}</Shown>
      <div class="buttons"><button type="button" onClick={close}>{say("close")}</button></div>
    </Dialog>
  );
}

export function ReportsTab({ id }: { id: string }) {
  const list = useLoaded<{ reports: ReportLine[] }>(pathOf(id, "reports"));
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Shown of={list}>
      {({ reports }) => reports.length === 0 ? <Empty title={say("noReport")} /> : (
        <>
          <Table caption={say("reportsCaption")} rows={reports} rowKey={(report) => report.report_id} columns={[
            { key: "taken", title: say("reportTaken"), head: true, class: "when", cell: (report) => <Time at={report.taken_at} /> },
            { key: "received", title: say("reportReceived"), class: "when", cell: (report) => <Time at={report.received_at} /> },
            { key: "trigger", title: say("trigger"), cell: (report) => sayOr(`trigger_${report.trigger}`, report.trigger) },
            { key: "status", title: say("status"), cell: (report) => <Badge kind={report.status} /> },
            { key: "open", title: "", cell: (report) => <button type="button" class="small" onClick={() => setOpen(report.report_id)}>{say("tab_facts")}</button> },
          ]} />
          {open && <OldReport id={id} report={open} close={() => setOpen(null)} />}
        </>
      )}
    </Shown>
  );
}

interface Command {
  command_id: string;
  kind: string;
  argument?: string;
  created_by: string;
  created_at: string;
  state: string;
  changed_at: string;
  problem: string;
}

export function CommandsTab({ id }: { id: string }) {
  const list = useLoaded<{ commands: Command[] }>(pathOf(id, "commands"));
  return (
    <Shown of={list}>
      {({ commands }) => commands.length === 0 ? <Empty title={say("noCommands")} /> : (
        <Table caption={say("commandsCaption")} rows={commands} rowKey={(command) => command.command_id} columns={[
          { key: "at", title: say("askedAt"), head: true, class: "when", cell: (command) => <Time at={command.created_at} /> },
          { key: "kind", title: say("kind"), cell: (command) => `${sayOr(`kind_${command.kind}`, command.kind)} ${command.argument ?? ""}` },
          { key: "by", title: say("askedBy"), cell: (command) => command.created_by },
          { key: "state", title: say("state"), cell: (command) => <ScanState state={command.state} /> },
          { key: "changed", title: say("changedAt"), class: "when", cell: (command) => <Time at={command.changed_at} /> },
          { key: "problem", title: say("problem"), cell: (command) => command.problem },
        ]} />
      )}
    </Shown>
  );
}

export function IdentityTab({ device }: { device: DeviceDetails }) {
  const { certificate, moves = [] } = device;
  return (
    <>
      <Section title={say("certificate")}>
        <Terms class="summary" entries={[
          ["ID", <code>{device.device_id}</code>],
          [say("enrolledAt"), <Time at={device.enrolled_at} />],
          [say("validUntil"), certificate && <Time at={certificate.not_after} />],
          [say("serial"), certificate && <code>{certificate.serial}</code>],
          [say("fingerprint"), certificate && <code>{certificate.sha256}</code>],
        ]} />
      </Section>
      <Section title={say("moves")}>
        {moves.length === 0 ? <p>{say("noMoves")}</p> : (
          <Table caption={say("moves")} rows={moves} rowKey={(move) => move.at} columns={[
            { key: "at", title: say("date"), head: true, class: "when", cell: (move) => <Time at={move.at} /> },
            { key: "from", title: say("from"), cell: (move) => pathText(String(move.from ?? move.from_unit)) },
            { key: "to", title: say("moveTo"), cell: (move) => pathText(String(move.to ?? move.to_unit)) },
            { key: "by", title: say("askedBy"), cell: (move) => move.actor },
          ]} />
        )}
      </Section>
    </>
  );
}
