// The reports that a PC has sent.
import { useState } from "preact/hooks";
import { address } from "../../core/api";
import { say, sayOr } from "../../core/language";
import { useLoaded } from "../../core/load";
import { Empty, Shown, Time } from "../../ui/basic";
import { Dialog } from "../../ui/dialog";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { FactsTable } from "./facts";

function OldReport({ id, report, close }: { id: string; report: string; close: () => void }) {
  const ids = { device_id: id, report_id: report };
  const loaded = useLoaded(address("GET /devices/{device_id}/reports/{report_id}", { ids }));
  return (
    <Dialog title={say("tab_facts")} close={close}>
      <Shown of={loaded}>{(data) => <FactsTable report={data} />}</Shown>
      <div class="buttons"><button type="button" onClick={close}>{say("close")}</button></div>
    </Dialog>
  );
}

export function ReportsTab({ id }: { id: string }) {
  const list = useLoaded(address("GET /devices/{device_id}/reports", { ids: { device_id: id } }));
  const [open, setOpen] = useState<string | null>(null);
  const openButton = (report: string) => (
    <button type="button" class="small" onClick={() => setOpen(report)}>{say("tab_facts")}</button>
  );
  return (
    <Shown of={list}>
      {({ reports }) => reports.length === 0 ? <Empty title={say("noReport")} /> : (
        <>
          <Table caption={say("reportsCaption")} rows={reports} rowKey={(report) => report.report_id} columns={[
            {
              key: "taken", title: say("reportTaken"), head: true, class: "when",
              cell: (report) => <Time at={report.taken_at} />,
            },
            {
              key: "received", title: say("reportReceived"), class: "when",
              cell: (report) => <Time at={report.received_at} />,
            },
            { key: "trigger", title: say("trigger"), cell: ({ trigger }) => sayOr(`trigger_${trigger}`, trigger) },
            { key: "status", title: say("status"), cell: (report) => <Badge kind={report.status} /> },
            { key: "open", title: "", cell: (report) => openButton(report.report_id) },
          ]} />
          {open && <OldReport id={id} report={open} close={() => setOpen(null)} />}
        </>
      )}
    </Shown>
  );
}
