// The newest scans that were asked for at the centre.
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import type { Scan } from "../../core/types";
import { Empty, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { Count } from "../../ui/status";
import { Table } from "../../ui/table";

export function ScansPage() {
  const list = useLoaded<{ scans: Scan[] }>("/scans");
  return (
    <Page title={say("scans")}>
      <Shown of={list}>
        {({ scans }) => scans.length === 0 ? <Empty title={say("noScans")}><a href={link(["devices"])}>{say("noScansText")}</a></Empty> : (
          <>
            <Table caption={say("scansCaption")} rows={scans} rowKey={(scan) => scan.batch_id} columns={[
              { key: "at", title: say("askedAt"), head: true, class: "nowrap", cell: (scan) => <a href={link(["scans", scan.batch_id])}><Time at={scan.created_at} /></a> },
              { key: "by", title: say("askedBy"), cell: (scan) => scan.created_by },
              { key: "total", title: say("devices"), numeric: true, cell: (scan) => scan.total },
              { key: "done", title: say("state_done"), numeric: true, cell: (scan) => <Count kind="done" number={scan.done} /> },
              { key: "offline", title: say("state_offline"), numeric: true, cell: (scan) => <Count kind="offline" number={scan.offline} /> },
              { key: "failed", title: say("state_failed"), numeric: true, cell: (scan) => <Count kind="failed" number={scan.failed} /> },
              { key: "expired", title: say("state_expired"), numeric: true, cell: (scan) => <Count kind="expired" number={scan.expired} /> },
              { key: "state", title: say("state"), cell: (scan) => say(scan.finished ? "scanFinished" : "scanUnderWay") },
            ]} />
            <ZoneNote />
          </>
        )}
      </Shown>
    </Page>
  );
}
