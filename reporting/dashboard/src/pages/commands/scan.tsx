// One scan of many PCs, live.
import { useEffect } from "preact/hooks";
import { numberText, sortedByName } from "../../core/format";
import { say } from "../../core/language";
import { link } from "../../core/router";
import { useScan } from "../../core/scan_events";
import type { Scan, ScanDevice } from "../../core/types";
import { announce, ErrorNote, Loading, Page, Terms, Time, ZoneNote } from "../../ui/basic";
import { Count, ScanState } from "../../ui/status";
import { Table } from "../../ui/table";

const order = ["failed", "expired", "running", "sending", "delivered", "waiting", "offline", "done"];

export function scanText(device: ScanDevice): string {
  if (device.state === "running") {
    return device.count > 0 ? say("scan_running", { position: device.position + 1, count: device.count }) : say("scan_delivered");
  }
  return say(`scan_${device.state}`, { problem: device.problem });
}

export function ScanSum({ scan }: { scan: Scan }) {
  const ended = scan.done + scan.failed + scan.expired;
  const sum = say("scanSum", { ended: numberText(ended), total: numberText(scan.total) });
  return (
    <div class="scan-sum">
      <p><strong>{sum}</strong></p>
      <progress max={scan.total} value={ended} aria-label={say("scanProgress")}>{sum}</progress>
      <ul class="counts">
        {(["done", "running", "sending", "delivered", "waiting", "offline", "failed", "expired"] as const).filter((state) => scan[state] > 0).map((state) => (
          <li key={state}><ScanState state={state} /> <Count kind={state} number={scan[state]} /></li>
        ))}
      </ul>
    </div>
  );
}

export function ScanPage({ id }: { id: string }) {
  const { scan, error } = useScan(id);
  const ended = scan ? scan.done + scan.failed + scan.expired : 0;
  useEffect(() => {
    if (scan) announce(scan.finished ? say("scanFinished") : say("scanSum", { ended, total: scan.total }));
  }, [ended, scan?.finished]);
  const devices = sortedByName(scan?.devices ?? [], (device) => device.host_name).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <Page title={scan ? say("scanOf", { time: "" }).trim() : say("scans")} crumbs={[{ text: say("scans"), href: link(["scans"]) }]} badge={scan && <Time at={scan.created_at} />}>
      <ErrorNote error={error} />
      {!scan && !error && <Loading />}
      {scan && (
        <>
          <ScanSum scan={scan} />
          <Terms entries={[[say("askedBy"), scan.created_by], [say("askedAt"), <Time at={scan.created_at} />], [say("expiresAt"), <Time at={scan.expires_at} />], [say("state"), say(scan.finished ? "scanFinished" : "scanUnderWay")]]} />
          <Table caption={say("scanProgress")} rows={devices} rowKey={(device) => device.command_id} columns={[
            { key: "host", title: say("hostName"), head: true, cell: (device) => <a href={link(["devices", device.device_id])}>{device.host_name}</a> },
            { key: "state", title: say("state"), cell: (device) => <ScanState state={device.state} /> },
            { key: "text", title: say("scanProgress"), cell: scanText },
            { key: "changed", title: say("changedAt"), class: "when", cell: (device) => <Time at={device.changed_at} /> },
          ]} />
          <ZoneNote />
        </>
      )}
    </Page>
  );
}
