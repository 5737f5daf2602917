// Waivers: failures that may stand until a day.
import type { Policy, Waiver } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { changedQuery, go, link, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import { Empty, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { DangerDialog } from "../../ui/dialog";
import { Check } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table, type Column } from "../../ui/table";
import { titleOf } from "./rules";
import { WaiverDialog } from "./waiver_dialog";

function Target({ waiver: { device_id, host_name, unit_id, unit } }: { waiver: Waiver }) {
  if (device_id) return <a href={link(["devices", device_id])}>{host_name ?? device_id}</a>;
  if (unit_id !== null) return <a href={link(["units", unit_id])}>{pathText(unit ?? String(unit_id))}</a>;
  return <>{say("allUnits")}</>;
}

function WaiverState({ waiver }: { waiver: Waiver }) {
  return waiver.in_force
    ? <Badge kind="waived" text={say("waiverActive")} />
    : <Badge kind="revoked" text={say("waiverEnded")} />;
}

function columns(policy: Policy | undefined, end?: (waiver: Waiver) => void): Column<Waiver>[] {
  const list: Column<Waiver>[] = [
    {
      key: "rule", title: say("rule"), head: true,
      cell: ({ rule, instance }) => (
        <>{titleOf(policy, rule, "full")}{instance && <span class="instance">{instance}</span>}</>
      ),
    },
    { key: "for", title: say("waiverFor"), cell: (waiver) => <Target waiver={waiver} /> },
    { key: "reason", title: say("reason"), cell: (waiver) => waiver.reason },
    { key: "by", title: say("approvedBy"), cell: (waiver) => waiver.approved_by },
    { key: "at", title: say("createdAt"), class: "when", cell: (waiver) => <Time at={waiver.created_at} /> },
    { key: "until", title: say("endsOn"), class: "nowrap", cell: (waiver) => dayText(waiver.ends_on) },
    { key: "state", title: say("state"), cell: (waiver) => <WaiverState waiver={waiver} /> },
  ];
  if (!end) return list;
  const button = (waiver: Waiver) => waiver.in_force && (
    <button type="button" class="small" onClick={() => end(waiver)}>{say("endWaiver")}</button>
  );
  return [...list, { key: "end", title: "", cell: button }];
}

export function WaiversPage({ route }: { route: Route }) {
  const all = route.query.get("all") === "true";
  const list = useLoaded(address("GET /waivers", { query: { active: !all } }));
  const policy = useLoaded(address("GET /policy"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const mayChange = useMay("administer");
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Waiver | null>(null);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("newWaiver")}</button>;
  const turn = (on: boolean) => go(changedQuery(route, { all: on ? "" : "true" }));
  return (
    <Page title={say("waivers")} lead={say("waiverText")} actions={mayChange && add}>
      <p><Check label={say("activeOnly")} checked={!all} set={turn} /></p>
      <Shown of={list} also={[policy]}>
        {({ waivers }) => waivers.length === 0 ? <Empty title={say("noWaivers")} /> : (
          <Table caption={say("waiversCaption")} rows={waivers} rowKey={(waiver) => waiver.id}
            columns={columns(policy.data, mayChange ? setEnding : undefined)} />
        )}
      </Shown>
      <ZoneNote />
      {adding && (
        <WaiverDialog close={() => setAdding(false)} done={list.reload} policy={policy.data} units={units} />
      )}
      {ending && (
        <DangerDialog title={say("endWaiverTitle")} button={say("endWaiver")} close={() => setEnding(null)}
          done={list.reload} work={() => send("DELETE /waivers/{id}", { ids: { id: ending.id } })}>
          <p>{say("endWaiverText")}</p>
        </DangerDialog>
      )}
    </Page>
  );
}
