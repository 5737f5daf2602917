// One scan of many PCs, live.
import type { CommandState, Scan, ScanDevice } from "centre-api";
import { useEffect } from "preact/hooks";
import { numberText, sortedByName } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { link } from "../../core/router";
import { useScan } from "../../core/scan_events";
import { announce, ErrorNote, Loading, Page, Terms, Time, ZoneNote } from "../../ui/basic";
import { Count, ScanState } from "../../ui/status";
import { Table } from "../../ui/table";

/** What needs a look comes first. */
const order: CommandState[] = ["failed", "expired", "running", "sending", "delivered", "waiting", "offline", "done"];
const summed: CommandState[] = ["done", "running", "sending", "delivered", "waiting", "offline", "failed", "expired"];

export function scanText(device: ScanDevice): string {
  if (device.state === "running") {
    const { position, count } = device;
    return count > 0 ? say("scan_running", { position: position + 1, count }) : say("scan_delivered");
  }
  return say(`scan_${device.state}`, { problem: inLanguage(device.problem_text) });
}

const endedOf = (scan: Scan): number => scan.done + scan.failed + scan.expired;

function ScanSum({ scan }: { scan: Scan }) {
  const ended = endedOf(scan);
  const sum = say("scanSum", { ended: numberText(ended), total: numberText(scan.total) });
  return (
    <div class="scan-sum">
      <p><strong>{sum}</strong></p>
      <progress max={scan.total} value={ended} aria-label={say("scanProgress")}>{sum}</progress>
      <ul class="counts">
        {summed.filter((state) => scan[state] > 0).map((state) => (
          <li key={state}><ScanState state={state} /> <Count kind={state} number={scan[state]} /></li>
        ))}
      </ul>
    </div>
  );
}

function ScanDevices({ devices }: { devices: ScanDevice[] }) {
  const sorted = sortedByName(devices, (device) => device.host_name)
    .sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  return (
    <Table caption={say("scanProgress")} rows={sorted} rowKey={(device) => device.command_id} columns={[
      {
        key: "host", title: say("hostName"), head: true,
        cell: (device) => <a href={link(["devices", device.device_id])}>{device.host_name}</a>,
      },
      { key: "state", title: say("state"), cell: (device) => <ScanState state={device.state} /> },
      { key: "text", title: say("scanProgress"), cell: scanText },
      { key: "changed", title: say("changedAt"), class: "when", cell: (device) => <Time at={device.changed_at} /> },
    ]} />
  );
}

export function ScanPage({ id }: { id: string }) {
  const { scan, error } = useScan(id);
  const ended = scan ? endedOf(scan) : 0;
  useEffect(() => {
    if (scan) announce(scan.finished ? say("scanFinished") : say("scanSum", { ended, total: scan.total }));
  }, [ended, scan?.finished]);
  const title = scan ? say("scanOf", { time: "" }).trim() : say("scans");
  const crumbs = [{ text: say("scans"), href: link(["scans"]) }];
  return (
    <Page title={title} crumbs={crumbs} badge={scan && <Time at={scan.created_at} />}>
      <ErrorNote error={error} />
      {!scan && !error && <Loading />}
      {scan && (
        <>
          <ScanSum scan={scan} />
          <Terms entries={[
            [say("askedBy"), scan.created_by],
            [say("askedAt"), <Time at={scan.created_at} />],
            [say("expiresAt"), <Time at={scan.expires_at} />],
            [say("state"), say(scan.finished ? "scanFinished" : "scanUnderWay")],
          ]} />
          <ScanDevices devices={scan.devices} />
          <ZoneNote />
        </>
      )}
    </Page>
  );
}
