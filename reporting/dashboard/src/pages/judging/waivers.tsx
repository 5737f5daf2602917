// Waivers: failures that may stand until a day.
import { useState } from "preact/hooks";
import { send, withQuery } from "../../core/api";
import { dayText, pathText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { changedQuery, go, link, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import type { Policy, Unit, Waiver, WaiverList } from "../../core/types";
import { announce, Empty, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { Check, FormDialog } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { ruleTitle } from "../devices/filters";
import { WaiverDialog } from "./waiver_dialog";

function EndDialog({ waiver, close, done }: { waiver: Waiver; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/waivers/${waiver.id}`);
    announce(say("done"));
    done();
  };
  return <FormDialog title={say("endWaiverTitle")} button={say("endWaiver")} close={close} action={action} work={work} danger><p>{say("endWaiverText")}</p></FormDialog>;
}

export function WaiversPage({ route }: { route: Route }) {
  const all = route.query.get("all") === "true";
  const list = useLoaded<WaiverList>(withQuery("/waivers", { active: !all }));
  const policy = useLoaded<Policy>("/policy");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const mayChange = useMay("administer");
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Waiver | null>(null);
  const titleOf = (id: string) => {
    const rule = policy.data?.rules.find((one) => one.id === id);
    return rule ? `${say("clause", { clause: rule.clause })}: ${ruleTitle(inLanguage(rule.title))}` : id;
  };
  const today = new Date().toISOString().slice(0, 10);
  const over = (waiver: Waiver) => waiver.ended_at !== null || waiver.ends_on < today;
  return (
    <Page title={say("waivers")} lead={say("waiverText")} actions={mayChange && <button type="button" class="main" onClick={() => setAdding(true)}>{say("newWaiver")}</button>}>
      <p><Check label={say("activeOnly")} checked={!all} set={(on) => go(changedQuery(route, { all: on ? "" : "true" }))} /></p>
      <Shown of={list} also={[policy]}>
        {({ waivers }) => waivers.length === 0 ? <Empty title={say("noWaivers")} /> : (
          <Table caption={say("waiversCaption")} rows={waivers} rowKey={(waiver) => waiver.id} columns={[
            { key: "rule", title: say("rule"), head: true, cell: (waiver) => <>{titleOf(waiver.rule)}{waiver.instance && <span class="instance">{waiver.instance}</span>}</> },
            { key: "for", title: say("waiverFor"), cell: (waiver) => waiver.device_id
              ? <a href={link(["devices", waiver.device_id])}>{waiver.host_name ?? waiver.device_id}</a>
              : waiver.unit_id !== null ? <a href={link(["units", waiver.unit_id])}>{pathText(waiver.unit ?? String(waiver.unit_id))}</a> : say("allUnits") },
            { key: "reason", title: say("reason"), cell: (waiver) => waiver.reason },
            { key: "by", title: say("approvedBy"), cell: (waiver) => waiver.approved_by },
            { key: "at", title: say("createdAt"), class: "when", cell: (waiver) => <Time at={waiver.created_at} /> },
            { key: "until", title: say("endsOn"), class: "nowrap", cell: (waiver) => dayText(waiver.ends_on) },
            { key: "state", title: say("state"), cell: (waiver) => over(waiver) ? <Badge kind="revoked" text={say("waiverEnded")} /> : <Badge kind="waived" text={say("waiverActive")} /> },
            ...(mayChange ? [{ key: "end", title: "", cell: (waiver: Waiver) => over(waiver) ? null : <button type="button" class="small" onClick={() => setEnding(waiver)}>{say("endWaiver")}</button> }] : []),
          ]} />
        )}
      </Shown>
      <ZoneNote />
      {adding && <WaiverDialog close={() => setAdding(false)} done={list.reload} policy={policy.data} units={units.data?.units ?? []} />}
      {ending && <EndDialog waiver={ending} close={() => setEnding(null)} done={list.reload} />}
    </Page>
  );
}
