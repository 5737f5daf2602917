// Who did what and who looked at whom; and whether the log is whole.
import type { Answers } from "centre-api";
import { useState } from "preact/hooks";
import { address, get } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { changedQuery, go, replaceAddress, type Route } from "../../core/router";
import { Empty, ErrorNote, Notice, Only, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { Input } from "../../ui/form";
import { SearchBox } from "../../ui/search_box";
import { Pager, Table } from "../../ui/table";

const pageLength = 100;

function Verify() {
  const [found, setFound] = useState<Answers["GET /audit/verification"] | null>(null);
  const action = useAction();
  const ask = () => action.run(async () => setFound(await get(address("GET /audit/verification"))));
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

function Entries({ list }: { list: Answers["GET /audit"] }) {
  return (
    <Table caption={say("auditCaption")} rows={list.entries} rowKey={(entry) => entry.id} columns={[
      { key: "id", title: say("number"), numeric: true, cell: (entry) => entry.id },
      { key: "at", title: say("date"), class: "when", cell: (entry) => <Time at={entry.at} /> },
      { key: "actor", title: say("actor"), head: true, cell: (entry) => entry.actor || say("unknownActor") },
      { key: "action", title: say("action"), cell: (entry) => entry.action },
      { key: "subject", title: say("subject"), cell: (entry) => entry.subject },
      { key: "detail", title: say("detail"), cell: (entry) => entry.detail },
      { key: "address", title: say("address"), cell: (entry) => entry.address },
    ]} />
  );
}

function Audit({ route }: { route: Route }) {
  const asked = (name: string) => route.query.get(name) ?? "";
  const filter = { q: asked("q"), actor: asked("actor"), from: asked("from"), to: asked("to") };
  const offset = Number(asked("offset")) || 0;
  const list = useLoaded(address("GET /audit", { query: { ...filter, offset, limit: pageLength } }));
  const changed = (changes: Record<string, string>) => changedQuery(route, { ...changes, offset: "" });
  return (
    <Page title={say("audit")} lead={say("auditLead")}>
      <div class="bar">
        <FileLink button file={address("GET /audit.csv", { query: filter })} text={say("exportCsv")} />
        <Verify />
      </div>
      <form class="filters filter-grid" role="search" onSubmit={(event) => event.preventDefault()}>
        <SearchBox label={say("searchAudit")} value={filter.q} found={(q) => replaceAddress(changed({ q }))} />
        <SearchBox label={say("actor")} name="actor" value={filter.actor}
          found={(actor) => replaceAddress(changed({ actor }))} />
        <Input label={say("fromDay")} type="date" value={filter.from} set={(from) => go(changed({ from }))} />
        <Input label={say("toDay")} type="date" value={filter.to} set={(to) => go(changed({ to }))} />
      </form>
      <Shown of={list}>
        {(data) => data.entries.length === 0 ? <Empty title={say("noEntries")} /> : (
          <>
            <Entries list={data} />
            <Pager offset={offset} limit={pageLength} total={data.total}
              address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
          </>
        )}
      </Shown>
      <ZoneNote />
    </Page>
  );
}

export const AuditPage = ({ route }: { route: Route }) => (
  <Only right="audit" title={say("audit")}><Audit route={route} /></Only>
);
