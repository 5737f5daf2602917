// The tree of units: seen by all, changed by administrators.
import { useState } from "preact/hooks";
import { apiAddress } from "../core/api";
import { matches } from "../core/format";
import { say } from "../core/language";
import { useLoaded, type Loaded } from "../core/load";
import { changedQuery, link, replaceAddress, type Route } from "../core/router";
import { useMay } from "../core/session";
import type { Unit, UnitChange } from "../core/types";
import { Empty, Page, Section, Shown, Time, ZoneNote } from "../ui/basic";
import { inTree } from "../ui/form";
import { RowMenu } from "../ui/menu";
import { Count } from "../ui/status";
import { Table, type Column } from "../ui/table";
import { SearchBox } from "./device_filters";
import { ImportUnits, UnitDialog, type UnitTask } from "./unit_dialogs";

function History({ list }: { list: Loaded<{ changes: UnitChange[] }> }) {
  return (
    <Section title={say("unitHistory")}>
      <Shown of={list}>
        {({ changes }) => changes.length === 0 ? <p class="dim">{say("noUnitHistory")}</p> : (
          <Table caption={say("unitHistory")} rows={changes.slice(0, 100)} rowKey={(change) => `${change.at} ${change.unit_id} ${change.kind} ${change.after}`} columns={[
            { key: "at", title: say("date"), class: "when", cell: (change) => <Time at={change.at} /> },
            { key: "kind", title: say("kind"), cell: (change) => say(`change_${change.kind}`) },
            { key: "before", title: say("before"), cell: (change) => change.before },
            { key: "after", title: say("after"), head: true, cell: (change) => change.after },
            { key: "by", title: say("by"), cell: (change) => change.actor },
          ]} />
        )}
      </Shown>
    </Section>
  );
}

type Line = { unit: Unit; depth: number };

function columns(mayChange: boolean, ask: (task: UnitTask) => void): Column<Line>[] {
  const list = (unit: Unit, status: string) => link(["devices"], { unit: unit.id, status });
  const counted = (["pass", "fail", "unknown", "silent"] as const).map((status): Column<Line> => ({
    key: status, title: say(status), numeric: true, cell: ({ unit }) => <Count kind={status} number={unit[status]} href={list(unit, status)} />,
  }));
  const change: Column<Line> = {
    key: "actions",
    title: "",
    class: "row-actions",
    cell: ({ unit }) => (
      <RowMenu of={unit.name}>
          {(["add", "rename", "move", "merge"] as const).map((kind) => (
            <button type="button" key={kind} onClick={() => ask({ kind, unit })}>
              {say(({ add: "addUnit", rename: "rename", move: "moveUnit", merge: "mergeUnit" } as const)[kind])}
            </button>
          ))}
      </RowMenu>
    ),
  };
  return [
    { key: "name", title: say("unit"), head: true, cell: ({ unit, depth }) => <a class={`depth-${Math.min(depth, 5)}`} href={link(["units", unit.id])}>{unit.name}</a> },
    { key: "devices", title: say("devices"), numeric: true, cell: ({ unit }) => unit.devices > 0 ? <a href={link(["devices"], { unit: unit.id })}>{unit.devices}</a> : <span class="zero">0</span> },
    ...counted,
    { key: "waived", title: say("waivedCount"), numeric: true, cell: ({ unit }) => <Count kind="waived" number={unit.waived ?? 0} href={link(["devices"], { unit: unit.id, verdict: "waived" })} /> },
    ...(mayChange ? [change] : []),
  ];
}

export function UnitsPage({ route }: { route: Route }) {
  const loaded = useLoaded<{ units: Unit[] }>("/units");
  const history = useLoaded<{ changes: UnitChange[] }>("/units/changes");
  const changed = () => {
    loaded.reload();
    history.reload();
  };
  const mayChange = useMay("administer");
  const [task, setTask] = useState<UnitTask | null>(null);
  const [importing, setImporting] = useState(false);
  const wanted = route.query.get("q") ?? "";
  return (
    <Page title={say("units")} actions={(
      <>
        <a class="button" href={apiAddress("/units.csv")} download>{say("exportUnits")}</a>
        {mayChange && <button type="button" onClick={() => setImporting(true)}>{say("importUnits")}</button>}
        {mayChange && <button type="button" class="main" onClick={() => setTask({ kind: "add", unit: null })}>{say("addUnit")}</button>}
      </>
    )}>
      <Shown of={loaded}>
        {({ units }) => units.length === 0 ? <Empty title={say("noUnits")}>{say("noUnitsText")}</Empty> : (
          <>
            <SearchBox label={say("unitFilter")} value={wanted} found={(q) => replaceAddress(changedQuery(route, { q }))} />
            <Table caption={say("unitsCaption")} rows={inTree(units).filter(({ unit }) => matches(unit.name, wanted))} rowKey={({ unit }) => unit.id} columns={columns(mayChange, setTask)} />
          </>
        )}
      </Shown>
      <History list={history} />
      <ZoneNote />
      {task && <UnitDialog task={task} units={loaded.data?.units ?? []} close={() => setTask(null)} done={changed} />}
      {importing && <ImportUnits close={() => setImporting(false)} done={changed} />}
    </Page>
  );
}
