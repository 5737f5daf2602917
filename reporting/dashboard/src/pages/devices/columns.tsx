// What a list of PCs shows of each.
import type { Device } from "centre-api";
import { say } from "../../core/language";
import { link } from "../../core/router";
import { Time, UnitName } from "../../ui/basic";
import { Count, DeviceBadge } from "../../ui/status";
import type { Column } from "../../ui/table";

export function deviceColumns(units: boolean): Column<Device>[] {
  const own = (device: Device) => link(["devices", device.device_id]);
  const unit: Column<Device> = {
    key: "unit", title: say("unit"), sort: "unit", class: "unit", cell: (device) => <UnitName path={device.unit} />,
  };
  return [
    {
      key: "host", title: say("hostName"), sort: "host_name", head: true,
      cell: (device) => <a href={own(device)}>{device.host_name}</a>,
    },
    ...(units ? [unit] : []),
    { key: "status", title: say("status"), sort: "status", cell: (device) => <DeviceBadge device={device} /> },
    {
      key: "grave", title: say("graveCount"), numeric: true,
      cell: (device) => <Count kind="fail" number={device.grave} />,
    },
    {
      key: "failed", title: say("failedCount"), sort: "failed", numeric: true,
      cell: (device) => <Count kind="fail" number={device.failed} />,
    },
    {
      key: "unknown", title: say("unknownCount"), numeric: true,
      cell: (device) => <Count kind="unknown" number={device.unknown} />,
    },
    {
      key: "report", title: say("lastReport"), sort: "last_report_at", class: "when",
      cell: (device) => <Time at={device.last_report_at} />,
    },
    {
      key: "seen", title: say("lastSeen"), sort: "last_seen_at", class: "when",
      cell: (device) => <Time at={device.last_seen_at} />,
    },
    { key: "version", title: say("agentVersion"), sort: "agent_version", cell: (device) => device.agent_version },
  ];
}
