// Who did what and who looked at whom; and whether the log is whole.
import { useState } from "preact/hooks";
import { get, withQuery } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { changedQuery, go, replaceAddress, type Route } from "../../core/router";
import { Empty, ErrorNote, Notice, Only, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { Input } from "../../ui/form";
import { Pager, Table } from "../../ui/table";
import { SearchBox } from "../devices/filters";

interface Entry {
  id: number;
  at: string;
  actor: string;
  address: string;
  action: string;
  subject: string;
  detail: string;
}

interface Verification {
  valid: boolean;
  entries: number;
  first_invalid: number | null;
}

const pageLength = 100;
const filterNames = ["q", "actor", "action", "from", "to"];

function Verify() {
  const [found, setFound] = useState<Verification | null>(null);
  const action = useAction();
  const ask = () => action.run(async () => setFound(await get<Verification>("/audit/verification")));
  return (
    <>
      <button type="button" disabled={action.busy} onClick={ask}>{say("verify")}</button>
      <ErrorNote error={action.error} />
      {found && (found.valid
        ? <Notice>{say("auditValid", { entries: numberText(found.entries) })}</Notice>
        : <Notice kind="bad"><strong>{say("auditBroken", { first: found.first_invalid ?? "?" })}</strong></Notice>)}
    </>
  );
}

function Audit({ route }: { route: Route }) {
  const filter = Object.fromEntries(filterNames.map((name) => [name, route.query.get(name) ?? ""]));
  const offset = Number(route.query.get("offset")) || 0;
  const list = useLoaded<{ entries: Entry[]; total: number }>(withQuery("/audit", { ...filter, offset, limit: pageLength }));
  const change = (changes: Record<string, string>) => go(changedQuery(route, { ...changes, offset: "" }));
  return (
    <Page title={say("audit")} lead={say("auditLead")}>
      <div class="bar"><FileLink button path="/audit.csv" query={filter} text={say("exportCsv")} /><Verify /></div>
      <form class="filters filter-grid" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchBox label={say("searchAudit")} value={filter.q} found={(q) => replaceAddress(changedQuery(route, { q, offset: "" }))} />
        <SearchBox label={say("actor")} value={filter.actor} found={(actor) => replaceAddress(changedQuery(route, { actor, offset: "" }))} />
        <Input label={say("fromDay")} type="date" value={filter.from} set={(from) => change({ from })} />
        <Input label={say("toDay")} type="date" value={filter.to} set={(to) => change({ to })} />
      </form>
      <Shown of={list}>
        {(data) => data.entries.length === 0 ? <Empty title={say("noEntries")} /> : (
          <>
            <Table caption={say("auditCaption")} rows={data.entries} rowKey={(entry) => entry.id} columns={[
              { key: "id", title: say("number"), numeric: true, cell: (entry) => entry.id },
              { key: "at", title: say("date"), class: "when", cell: (entry) => <Time at={entry.at} /> },
              { key: "actor", title: say("actor"), head: true, cell: (entry) => entry.actor },
              { key: "action", title: say("action"), cell: (entry) => entry.action },
              { key: "subject", title: say("subject"), cell: (entry) => entry.subject },
              { key: "detail", title: say("detail"), cell: (entry) => entry.detail },
              { key: "address", title: say("address"), cell: (entry) => entry.address },
            ]} />
            <Pager offset={offset} limit={pageLength} total={data.total} address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
          </>
        )}
      </Shown>
      <ZoneNote />
    </Page>
  );
}

export const AuditPage = ({ route }: { route: Route }) => <Only right="audit" title={say("audit")}><Audit route={route} /></Only>;
