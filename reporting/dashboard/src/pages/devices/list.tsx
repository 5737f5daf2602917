// The list of PCs. What is filtered, sorted and shown stands in the address, so that it can be kept, sent and gone back
// to.
import type { Answers, Device } from "centre-api";
import { useEffect, useState } from "preact/hooks";
import { address } from "../../core/api";
import { numberText } from "../../core/format";
import { language, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { changedQuery, go, link, replaceAddress, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import { Empty, Page, Shown, ZoneNote } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { Check } from "../../ui/form";
import { Pager, Table, type Column } from "../../ui/table";
import { ScanDialog, type ScanTarget } from "../commands/scan_dialog";
import { deviceColumns } from "./columns";
import { DeviceFilters, filterOf, scanFilter, type Filter } from "./filters";
import { MoveDialog } from "./move";

const pageLength = 50;

type Chosen = ReadonlySet<string>;

function chooseColumn(chosen: Chosen, set: (chosen: Chosen) => void): Column<Device> {
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
      <input type="checkbox" aria-label={say("choose", { name: device.host_name })}
        checked={chosen.has(device.device_id)}
        onChange={(event) => change(device, event.currentTarget.checked)} />
    ),
  };
}

function Head({ total, filter, narrowed }: { total: number; filter: Filter; narrowed: boolean }) {
  const query = { ...filter, lang: language() };
  return (
    <div class="list-head">
      <p role="status">
        <strong>{say(narrowed ? "shownFiltered" : "shownPcs", { total: numberText(total) })}</strong>
      </p>
      {total > 0 && (
        <p class="exports">
          {say("exportThese")} <FileLink file={address("GET /exports/devices.csv", { query })} text="CSV" />
          {" "}<FileLink file={address("GET /exports/devices.xlsx", { query })} text="Excel" />
        </p>
      )}
    </div>
  );
}

/** What can be done with the PCs that are chosen, or with all that are listed. */
function Bar({ list, chosen, choose, scan, move }: {
  list: Answers["GET /devices"];
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
  scan?: () => void;
  move?: () => void;
}) {
  const active = list.devices.filter((device) => !device.revoked).map((device) => device.device_id);
  const some = chosen.size > 0;
  const text = some
    ? say("scanChosen", { count: chosen.size })
    : say("scanFiltered", { count: numberText(list.total) });
  return (
    <div class="bar">
      {scan && <button type="button" class={some ? "main" : undefined} onClick={scan}>{text}</button>}
      {move && some && <button type="button" onClick={move}>{say("moveChosen")}</button>}
      <Check label={say("chooseAll")} checked={some && chosen.size >= active.length}
        set={(on) => choose(new Set(on ? active : []))} />
    </div>
  );
}

export function DevicesPage({ route }: { route: Route }) {
  const filter = filterOf(route);
  const offset = Number(route.query.get("offset")) || 0;
  const list = useLoaded(address("GET /devices", { query: { ...filter, offset, limit: pageLength } }));
  const units = useLoaded(address("GET /units"));
  const policy = useLoaded(address("GET /policy"));
  const [chosen, setChosen] = useState<Chosen>(new Set());
  const [asked, setAsked] = useState<{ kind: "scan" | "move"; count: number } | null>(null);
  const mayScan = useMay("scan");
  const mayMove = useMay("administer");
  useEffect(() => setChosen(new Set()), [route.address]);

  const change = (changes: Filter, typing = false) => {
    const next = changedQuery(route, { ...changes, offset: "" });
    if (typing) replaceAddress(next);
    else go(next);
  };
  const { sort = "", order = "", ...pure } = filter;
  const narrowed = Object.keys(pure).length > 0;
  const sorting = {
    by: sort,
    descending: order === "desc",
    change: (by: string, descending: boolean) => change({ sort: by, order: descending ? "desc" : "asc" }),
  };
  const columns = [...(mayScan || mayMove ? [chooseColumn(chosen, setChosen)] : []), ...deviceColumns(true)];
  const filtered: ScanTarget = narrowed ? { filter: scanFilter(pure) } : { all: true };
  const target: ScanTarget = chosen.size > 0 ? { devices: [...chosen] } : filtered;
  const close = () => setAsked(null);
  const moved = () => {
    setChosen(new Set());
    list.reload();
  };
  return (
    <Page title={say("devices")}>
      <DeviceFilters filter={filter} change={change} units={units.data?.units ?? []} policy={policy.data}
        versions={list.data?.versions ?? []} busy={units.loading || policy.loading} />
      <Shown of={list}>
        {(data) => (
          <>
            <Head total={data.total} filter={filter} narrowed={narrowed} />
            {(mayScan || mayMove) && data.total > 0 && (
              <Bar list={data} chosen={chosen} choose={setChosen}
                scan={mayScan ? () => setAsked({ kind: "scan", count: chosen.size || data.total }) : undefined}
                move={mayMove ? () => setAsked({ kind: "move", count: chosen.size }) : undefined} />
            )}
            {data.devices.length === 0 ? <NoDevices narrowed={narrowed} /> : (
              <Table caption={say("devicesCaption")} rows={data.devices} rowKey={(device) => device.device_id}
                sorting={sorting} columns={columns} />
            )}
            <Pager offset={offset} limit={pageLength} total={data.total}
              address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
            <ZoneNote />
          </>
        )}
      </Shown>
      {asked?.kind === "scan" && <ScanDialog target={target} count={asked.count} close={close} />}
      {asked?.kind === "move" && (
        <MoveDialog devices={[...chosen]} units={units.data?.units ?? []} close={close} moved={moved} />
      )}
    </Page>
  );
}

function NoDevices({ narrowed }: { narrowed: boolean }) {
  if (!narrowed) return <Empty title={say("noDevices")}>{say("noDevicesText")}</Empty>;
  return <Empty title={say("noneInFilter")}><a href={link(["devices"])}>{say("clearFilters")}</a></Empty>;
}
