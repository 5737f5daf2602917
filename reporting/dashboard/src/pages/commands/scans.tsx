// The newest scans that were asked for at the centre.
import type { ScanSummary } from "centre-api";
import { address } from "../../core/api";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { Empty, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { Count } from "../../ui/status";
import { Table, type Column } from "../../ui/table";

const counted = ["done", "offline", "failed", "expired"] as const;

export function ScansPage() {
  const list = useLoaded(address("GET /scans"));
  return (
    <Page title={say("scans")}>
      <Shown of={list}>
        {({ scans }) => scans.length === 0 ? (
          <Empty title={say("noScans")}><a href={link(["devices"])}>{say("noScansText")}</a></Empty>
        ) : (
          <>
            <Table caption={say("scansCaption")} rows={scans} rowKey={(scan) => scan.batch_id} columns={[
              {
                key: "at", title: say("askedAt"), head: true, class: "nowrap",
                cell: (scan) => <a href={link(["scans", scan.batch_id])}><Time at={scan.created_at} /></a>,
              },
              { key: "by", title: say("askedBy"), cell: (scan) => scan.created_by },
              { key: "total", title: say("devices"), numeric: true, cell: (scan) => scan.total },
              ...counted.map((state): Column<ScanSummary> => ({
                key: state, title: say(`state_${state}`), numeric: true,
                cell: (scan) => <Count kind={state} number={scan[state]} />,
              })),
              {
                key: "state", title: say("state"),
                cell: (scan) => say(scan.finished ? "scanFinished" : "scanUnderWay"),
              },
            ]} />
            <ZoneNote />
          </>
        )}
      </Shown>
    </Page>
  );
}
