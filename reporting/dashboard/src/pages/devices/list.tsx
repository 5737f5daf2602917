// The list of PCs. What is filtered, sorted and shown stands in the address, so that it can be kept, sent and gone back to.
import { useEffect, useState } from "preact/hooks";
import { send, withQuery } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { changedQuery, go, link, replaceAddress, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import type { Device, DeviceList, Policy, Scan, Unit } from "../../core/types";
import { Empty, Page, Shown, Time, UnitName, ZoneNote } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { FormDialog } from "../../ui/form";
import { Count, DeviceBadge } from "../../ui/status";
import { Pager, Table, type Column } from "../../ui/table";
import { DeviceFilters, filterNames } from "./filters";
import { MoveDialog } from "./move";

const pageLength = 50;

/** What the centre is asked for, without paging. */
function filterOf(route: Route): Record<string, string> {
  const filter: Record<string, string> = {};
  for (const name of filterNames) {
    const value = route.query.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

export function deviceColumns(units: boolean): Column<Device>[] {
  const own = (device: Device) => link(["devices", device.device_id]);
  return [
    { key: "host", title: say("hostName"), sort: "host_name", head: true, cell: (device) => <a href={own(device)}>{device.host_name}</a> },
    ...(units ? [{ key: "unit", title: say("unit"), sort: "unit", class: "unit", cell: (device: Device) => <UnitName path={device.unit} /> }] : []),
    { key: "status", title: say("status"), sort: "status", cell: (device) => <DeviceBadge device={device} /> },
    { key: "grave", title: say("graveCount"), numeric: true, cell: (device) => <Count kind="fail" number={device.grave} /> },
    { key: "failed", title: say("failedCount"), sort: "failed", numeric: true, cell: (device) => <Count kind="fail" number={device.failed} /> },
    { key: "unknown", title: say("unknownCount"), numeric: true, cell: (device) => <Count kind="unknown" number={device.unknown} /> },
    { key: "report", title: say("lastReport"), sort: "last_report_at", class: "when", cell: (device) => <Time at={device.last_report_at} /> },
    { key: "seen", title: say("lastSeen"), sort: "last_seen_at", class: "when", cell: (device) => <Time at={device.last_seen_at} /> },
    { key: "version", title: say("agentVersion"), sort: "agent_version", cell: (device) => device.agent_version },
  ];
}

function chooseColumn(chosen: Set<string>, set: (chosen: Set<string>) => void): Column<Device> {
  const change = (device: Device, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(device.device_id);
    else next.delete(device.device_id);
    set(next);
  };
  return {
    key: "choose",
    title: "",
    class: "choose",
    cell: (device) => device.revoked ? null : (
      <input type="checkbox" aria-label={say("choose", { name: device.host_name })} checked={chosen.has(device.device_id)}
        onChange={(event) => change(device, event.currentTarget.checked)} />
    ),
  };
}

interface Asked {
  kind: "scan" | "move";
  devices?: string[];
  count: number;
}

function ScanDialog({ asked, filter, close }: { asked: Asked; filter: Record<string, string>; close: () => void }) {
  const action = useAction();
  const work = async () => {
    const unfiltered = Object.keys(filter).length === 0;
    const target = asked.devices ? { devices: asked.devices } : unfiltered ? { all: true } : { filter: apiFilter(filter) };
    const scan = await send<Scan>("POST", "/scans", target);
    go(link(["scans", scan.batch_id]));
  };
  return (
    <FormDialog title={say("scanAskTitle", { count: numberText(asked.count) })} button={say("scanStart")} close={close} action={action} work={work}>
      <p>{say("scanAskText")}</p>
    </FormDialog>
  );
}

/** The members of the filter as GET /devices names them, without order. */
function apiFilter(filter: Record<string, string>): Record<string, string | number | boolean> {
  const { sort: _sort, order: _order, ...rest } = filter;
  return {
    ...rest,
    ...(rest.unit ? { unit: Number(rest.unit) } : {}),
    ...(rest.grave ? { grave: true } : {}),
  };
}

export function DevicesPage({ route }: { route: Route }) {
  const filter = filterOf(route);
  const offset = Number(route.query.get("offset")) || 0;
  const list = useLoaded<DeviceList>(withQuery("/devices", { ...filter, offset, limit: pageLength }));
  const units = useLoaded<{ units: Unit[] }>("/units");
  const policy = useLoaded<Policy>("/policy");
  const [chosen, setChosen] = useState(new Set<string>());
  const [asked, setAsked] = useState<Asked | null>(null);
  const mayScan = useMay("scan");
  const mayMove = useMay("administer");
  const address = changedQuery(route, {});
  useEffect(() => setChosen(new Set()), [address]);

  const change = (changes: Record<string, string>, typing = false) => {
    const next = changedQuery(route, { ...changes, offset: "" });
    if (typing) replaceAddress(next);
    else go(next);
  };
  const { sort = "", order = "", ...pure } = filter;
  const narrowed = Object.keys(pure).length > 0;
  const sorting = { by: sort, descending: order === "desc", change: (by: string, descending: boolean) => change({ sort: by, order: descending ? "desc" : "asc" }) };

  return (
    <Page title={say("devices")}>
      <DeviceFilters filter={filter} change={change} units={units.data?.units ?? []} policy={policy.data} versions={list.data?.versions ?? []} busy={units.loading || policy.loading} />
      <Shown of={list}>
        {(data) => {
          const total = data.total ?? data.devices.length;
          const rows = data.devices;
          const columns = deviceColumns(true);
          return (
            <>
              <div class="list-head">
                <p role="status"><strong>{say(narrowed ? "shownFiltered" : "shownPcs", { total: numberText(total) })}</strong></p>
                {total > 0 && (
                  <p class="exports">{say("exportThese")} <FileLink path="/exports/devices.csv" query={filter} text="CSV" /> <FileLink path="/exports/devices.xlsx" query={filter} text="Excel" /></p>
                )}
              </div>
              {(mayScan || mayMove) && total > 0 && (
                <div class="bar">
                  {mayScan && (chosen.size > 0
                    ? <button type="button" class="main" onClick={() => setAsked({ kind: "scan", devices: [...chosen], count: chosen.size })}>{say("scanChosen", { count: chosen.size })}</button>
                    : <button type="button" onClick={() => setAsked({ kind: "scan", count: total })}>{say("scanFiltered", { count: numberText(total) })}</button>)}
                  {mayMove && chosen.size > 0 && <button type="button" onClick={() => setAsked({ kind: "move", devices: [...chosen], count: chosen.size })}>{say("moveChosen")}</button>}
                  <label class="check">
                    <input type="checkbox" checked={chosen.size > 0 && chosen.size >= rows.filter((device) => !device.revoked).length}
                      onChange={(event) => setChosen(new Set(event.currentTarget.checked ? rows.filter((device) => !device.revoked).map((device) => device.device_id) : []))} />
                    <span>{say("chooseAll")}</span>
                  </label>
                </div>
              )}
              {rows.length === 0
                ? <Empty title={say(narrowed ? "noneInFilter" : "noDevices")}>{narrowed ? <a href={link(["devices"])}>{say("clearFilters")}</a> : say("noDevicesText")}</Empty>
                : <Table caption={say("devicesCaption")} rows={rows} rowKey={(device) => device.device_id} sorting={sorting}
                    columns={mayScan || mayMove ? [chooseColumn(chosen, setChosen), ...columns] : columns} />}
              <Pager offset={offset} limit={pageLength} total={total} address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
              <ZoneNote />
            </>
          );
        }}
      </Shown>
      {asked?.kind === "scan" && <ScanDialog asked={asked} filter={pure} close={() => setAsked(null)} />}
      {asked?.kind === "move" && <MoveDialog devices={asked.devices!} units={units.data?.units ?? []} close={() => setAsked(null)} moved={() => { setChosen(new Set()); list.reload(); }} />}
    </Page>
  );
}
