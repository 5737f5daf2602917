// The tree of units: seen by all, changed by administrators.
import type { Unit, UnitChange } from "centre-api";
import { useMemo, useState } from "preact/hooks";
import { address } from "../../core/api";
import { matches } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded, type Loaded } from "../../core/load";
import { changedQuery, link, replaceAddress, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import { Empty, Folded, Page, Section, Shown, Time, ZoneNote } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { inTree, type TreeLine } from "../../ui/form";
import { RowMenu } from "../../ui/menu";
import { SearchBox } from "../../ui/search_box";
import { Count } from "../../ui/status";
import { Table, type Column } from "../../ui/table";
import { ImportUnits, UnitDialog, type UnitTask } from "./dialogs";

const newestChanges = 10;

function ChangeTable({ changes }: { changes: UnitChange[] }) {
  const keyOf = (change: UnitChange) => `${change.at} ${change.unit_id} ${change.kind} ${change.after}`;
  return (
    <Table caption={say("unitHistory")} rows={changes} rowKey={keyOf} columns={[
      { key: "at", title: say("date"), class: "when", cell: (change) => <Time at={change.at} /> },
      { key: "kind", title: say("kind"), cell: (change) => say(`change_${change.kind}`) },
      { key: "before", title: say("before"), cell: (change) => change.before },
      { key: "after", title: say("after"), head: true, cell: (change) => change.after },
      { key: "by", title: say("by"), cell: (change) => change.actor },
    ]} />
  );
}

function History({ list }: { list: Loaded<{ changes: UnitChange[] }> }) {
  return (
    <Section title={say("unitHistory")}>
      <Shown of={list}>
        {({ changes }) => changes.length === 0 ? <p class="dim">{say("noUnitHistory")}</p> : (
          <>
            <ChangeTable changes={changes.slice(0, newestChanges)} />
            {changes.length > newestChanges && (
              <Folded summary={say("olderChanges")}>
                {() => <ChangeTable changes={changes.slice(newestChanges)} />}
              </Folded>
            )}
          </>
        )}
      </Shown>
    </Section>
  );
}

interface Line extends TreeLine {
  /** Whether the units below are shown; undefined where there are none, or where the list is no tree. */
  open?: boolean;
}

/** The lines of the tree; what is below a folded unit is left out. */
export function unfolded(tree: TreeLine[], isOpen: (line: Line) => boolean): Line[] {
  const lines: Line[] = [];
  let folded = Infinity;
  tree.forEach((line, at) => {
    if (line.depth > folded) return;
    const open = (tree[at + 1]?.depth ?? 0) > line.depth ? isOpen(line) : undefined;
    folded = open === false ? line.depth : Infinity;
    lines.push({ ...line, open });
  });
  return lines;
}

/** So many lines of the tree are shown before somebody unfolds more. */
const linesAtFirst = 40;

/** The depth down to which the whole tree makes no more lines than that; its top is always shown. */
export function depthAtFirst(tree: TreeLine[]): number {
  let deepest = 0;
  while (deepest < 100 && tree.filter(({ depth }) => depth <= deepest + 1).length <= linesAtFirst) ++deepest;
  return deepest;
}

/** Which units are unfolded: those that somebody chose, the others by the size of the tree. */
function useUnfolding(tree: TreeLine[]) {
  const [chosen, setChosen] = useState(new Map<number, boolean>());
  const first = useMemo(() => depthAtFirst(tree), [tree]);
  return {
    isOpen: ({ unit, depth }: Line) => chosen.get(unit.id) ?? depth < first,
    set: (id: number, open: boolean) => setChosen((last) => new Map(last).set(id, open)),
  };
}

function NameCell({ line, unfold }: { line: Line; unfold: (id: number, open: boolean) => void }) {
  const { unit, depth, open } = line;
  return (
    <span class={`tree depth-${Math.min(depth, 5)}`}>
      {open === undefined ? <span class="fold" /> : (
        <button type="button" class="fold" aria-expanded={open} aria-label={say("unitsBelow", { name: unit.name })}
          onClick={() => unfold(unit.id, !open)}>
          <span aria-hidden="true">{open ? "▾" : "▸"}</span>
        </button>
      )}
      <a href={link(["units", unit.id])}>{unit.name}</a>
    </span>
  );
}

const tasks = [["add", "addUnit"], ["rename", "rename"], ["move", "moveUnit"], ["merge", "mergeUnit"]] as const;

function UnitMenu({ unit, ask }: { unit: Unit; ask: (task: UnitTask) => void }) {
  return (
    <RowMenu of={unit.name}>
      {() => tasks.map(([kind, word]) => (
        <button type="button" key={kind} onClick={() => ask({ kind, unit })}>{say(word)}</button>
      ))}
    </RowMenu>
  );
}

function Devices({ unit }: { unit: Unit }) {
  if (unit.devices === 0) return <span class="zero">0</span>;
  return <a href={link(["devices"], { unit: unit.id })}>{unit.devices}</a>;
}

function columns(unfold: (id: number, open: boolean) => void, ask?: (task: UnitTask) => void): Column<Line>[] {
  const counted = (["pass", "fail", "unknown", "silent"] as const).map((status): Column<Line> => ({
    key: status, title: say(status), numeric: true,
    cell: ({ unit }) => (
      <Count kind={status} number={unit[status]} href={link(["devices"], { unit: unit.id, status })} />
    ),
  }));
  const waived = (unit: Unit) => link(["devices"], { unit: unit.id, verdict: "waived" });
  const list: Column<Line>[] = [
    { key: "name", title: say("unit"), head: true, cell: (line) => <NameCell line={line} unfold={unfold} /> },
    { key: "devices", title: say("devices"), numeric: true, cell: ({ unit }) => <Devices unit={unit} /> },
    ...counted,
    {
      key: "waived", title: say("waivedCount"), numeric: true,
      cell: ({ unit }) => <Count kind="waived" number={unit.waived} href={waived(unit)} />,
    },
  ];
  if (!ask) return list;
  const menu = ({ unit }: Line) => <UnitMenu unit={unit} ask={ask} />;
  return [...list, { key: "actions", title: "", class: "row-actions", cell: menu }];
}

export function UnitsPage({ route }: { route: Route }) {
  const loaded = useLoaded(address("GET /units"));
  const history = useLoaded(address("GET /units/changes"));
  const units = loaded.data?.units ?? [];
  const tree = useMemo(() => inTree(units), [loaded.data]);
  const unfolding = useUnfolding(tree);
  const mayChange = useMay("administer");
  const [task, setTask] = useState<UnitTask | null>(null);
  const [importing, setImporting] = useState(false);
  const changed = () => {
    if (task?.kind === "add" && task.unit) unfolding.set(task.unit.id, true);
    loaded.reload();
    history.reload();
  };
  const wanted = route.query.get("q") ?? "";
  const found = () => tree.filter(({ unit }) => matches(unit.name, wanted)).map(({ unit }) => ({ unit, depth: 0 }));
  const lines = wanted ? found() : unfolded(tree, unfolding.isOpen);
  const search = (q: string) => replaceAddress(changedQuery(route, { q }));
  const add = () => setTask({ kind: "add", unit: null });
  return (
    <Page title={say("units")} actions={(
      <>
        <FileLink button file={address("GET /units.csv")} text={say("exportUnits")} />
        {mayChange && <button type="button" onClick={() => setImporting(true)}>{say("importUnits")}</button>}
        {mayChange && <button type="button" class="main" onClick={add}>{say("addUnit")}</button>}
      </>
    )}>
      <Shown of={loaded}>
        {() => units.length === 0 ? <Empty title={say("noUnits")}>{say("noUnitsText")}</Empty> : (
          <>
            <SearchBox label={say("unitFilter")} value={wanted} found={search} />
            <Table caption={say("unitsCaption")} rows={lines} rowKey={({ unit }) => unit.id}
              columns={columns(unfolding.set, mayChange ? setTask : undefined)} />
          </>
        )}
      </Shown>
      {loaded.data && <History list={history} />}
      <ZoneNote />
      {task && <UnitDialog task={task} units={units} close={() => setTask(null)} done={changed} />}
      {importing && <ImportUnits close={() => setImporting(false)} done={changed} />}
    </Page>
  );
}
