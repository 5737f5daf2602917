// Accounts of the web systems: overdue and unused ones per unit, and how far their revocation has come.
import { useState } from "preact/hooks";
import { send, withQuery } from "../../core/api";
import { dayText, numberText, pathText } from "../../core/format";
import { say, sayOr } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { accountProblems, revocations, type Revocation, type WebAccount, type WebAccountList, type WebSystem } from "../../core/register_types";
import { changedQuery, go, replaceAddress, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, Empty, Page, Section, Shown, UnitName } from "../../ui/basic";
import { FileLink } from "../../ui/exports";
import { FormDialog, Select, TextArea, UnitSelect, type Choice } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Pager, Table } from "../../ui/table";
import { SearchBox } from "../devices/filters";
import { SystemsSection } from "./web_systems";

const pageLength = 50;
const filterNames = ["q", "system", "unit", "problem", "revocation"];

function RevocationDialog({ account, close, done }: { account: WebAccount; close: () => void; done: () => void }) {
  const [state, setState] = useState<string>(account.revocation.state);
  const [note, setNote] = useState(account.revocation.note);
  const action = useAction();
  const work = async () => {
    await send("PATCH", `/web-accounts/${account.id}`, { revocation: state, note });
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={say("revocationTitle", { account: account.account })} button={say("save")} close={close} action={action} work={work}>
      <p>{account.system} · {account.owner} · {pathText(account.unit)}</p>
      <Select label={say("revocation")} value={state} set={setState} choices={revocations.map((name): Choice => [name, say(`revocation_${name}`)])} />
      <TextArea label={say("note")} value={note} set={setNote} />
    </FormDialog>
  );
}

const dateCell = (day: string | null, never: boolean | undefined) => day ? dayText(day) : <span class="dim">{say(never ? "never" : "unknownDate")}</span>;

function revocationText(account: WebAccount) {
  const { state, note } = account.revocation;
  return <>{say(`revocation_${state as Revocation}`)}{note && <span class="instance">{note}</span>}</>;
}

function PerUnit({ list, route }: { list: WebAccountList; route: Route }) {
  const rows = (list.units ?? []).filter((row) => accountProblems.some((problem) => Number(row[problem]) > 0));
  if (rows.length === 0) return null;
  return (
    <details class="filters">
      <summary>{say("problems")}: {say("unit")}</summary>
      <Table caption={say("problems")} rows={rows} rowKey={(row) => row.unit_id} columns={[
        { key: "unit", title: say("unit"), head: true, cell: (row) => <a href={changedQuery(route, { unit: String(row.unit_id), offset: "" })}>{pathText(row.unit)}</a> },
        ...accountProblems.map((problem) => ({
          key: problem, title: say(`problem_${problem}`), numeric: true,
          cell: (row: { unit_id: number } & Record<string, number | string>) => Number(row[problem]) > 0
            ? <a href={changedQuery(route, { unit: String(row.unit_id), problem, offset: "" })}>{numberText(Number(row[problem]))}</a> : <span class="zero">0</span>,
        })),
      ]} />
    </details>
  );
}

export function AccountsPage({ route }: { route: Route }) {
  const filter = Object.fromEntries(filterNames.map((name) => [name, route.query.get(name) ?? ""]));
  const offset = Number(route.query.get("offset")) || 0;
  const list = useLoaded<WebAccountList>(withQuery("/web-accounts", { ...filter, offset, limit: pageLength }));
  const systems = useLoaded<{ systems: WebSystem[] }>("/web-systems");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const mayChange = useMay("administer");
  const [changing, setChanging] = useState<WebAccount | null>(null);
  const change = (changes: Record<string, string>) => go(changedQuery(route, { ...changes, offset: "" }));
  const any: Choice = ["", say("all")];
  return (
    <Page title={say("webAccounts")} lead={say("webAccountsLead")}>
      <SystemsSection systems={systems} units={units.data?.units ?? []} />
      <Section title={say("accounts")} actions={<FileLink button path="/web-accounts.csv" query={filter} text={say("handBackCsv")} />}>
        <form class="filters filter-grid" role="search" aria-busy={systems.loading || units.loading} onSubmit={(event) => event.preventDefault()}>
          <SearchBox label={say("searchAccount")} value={filter.q} found={(q) => replaceAddress(changedQuery(route, { q, offset: "" }))} />
          <Select label={say("system")} value={filter.system} set={(system) => change({ system })} choices={[any, ...(systems.data?.systems ?? []).map((system): Choice => [String(system.id), system.name])]} />
          <UnitSelect label={say("unit")} value={filter.unit} set={(unit) => change({ unit })} units={units.data?.units ?? []} empty={say("allUnits")} />
          <Select label={say("problems")} value={filter.problem} set={(problem) => change({ problem })}
            choices={[any, ...accountProblems.map((name): Choice => [name, `${say(`problem_${name}`)}${list.data?.counts?.[name] !== undefined ? ` (${list.data.counts[name]})` : ""}`])]} />
          <Select label={say("revocation")} value={filter.revocation} set={(revocation) => change({ revocation })} choices={[any, ...revocations.map((name): Choice => [name, say(`revocation_${name}`)])]} />
        </form>
        <Shown of={list}>
          {(data) => (
            <>
              <PerUnit list={data} route={route} />
              {data.accounts.length === 0 ? <Empty title={say("noAccounts")} /> : (
                <Table caption={say("accountsCaption")} rows={data.accounts} rowKey={(account) => account.id} columns={[
                  { key: "account", title: say("account"), head: true, cell: (account) => account.account },
                  { key: "system", title: say("system"), cell: (account) => account.system },
                  { key: "owner", title: say("owner"), cell: (account) => account.owner },
                  { key: "unit", title: say("unit"), cell: (account) => <UnitName path={account.unit} /> },
                  { key: "changed", title: say("passwordChangedOn"), class: "nowrap", cell: (account) => dateCell(account.password_changed_on, account.password_never_changed) },
                  { key: "login", title: say("lastLoginOn"), class: "nowrap", cell: (account) => dateCell(account.last_login_on, account.never_logged_in) },
                  { key: "problems", title: say("problems"), cell: (account) => account.problems.length === 0 ? <span class="dim">{say("noProblem")}</span>
                    : account.problems.map((problem) => <><Badge key={problem} kind={problem === "unknown_date" ? "unknown" : "fail"} text={sayOr(`problem_${problem}`, problem)} />{" "}</>) },
                  { key: "revocation", title: say("revocation"), cell: revocationText },
                  ...(mayChange ? [{ key: "edit", title: "", cell: (account: WebAccount) => <button type="button" class="small" aria-label={`${say("revocation")}: ${account.account}`} onClick={() => setChanging(account)}>{say("edit")}</button> }] : []),
                ]} />
              )}
              <Pager offset={offset} limit={pageLength} total={data.total} address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
            </>
          )}
        </Shown>
      </Section>
      {changing && <RevocationDialog account={changing} close={() => setChanging(null)} done={list.reload} />}
    </Page>
  );
}
