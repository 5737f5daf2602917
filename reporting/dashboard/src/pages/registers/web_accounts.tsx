// Accounts of the web systems: overdue and unused ones per unit, and how far their revocation has come.
import { choices, type Answers, type AccountProblem, type Revocation, type Unit, type WebAccount, type WebSystem }
  from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayText, numberText, pathText } from "../../core/format";
import { language, say } from "../../core/language";
import { useLoaded, type Loaded } from "../../core/load";
import { changedQuery, go, replaceAddress, type Route } from "../../core/router";
import { useMay } from "../../core/session";
import { announce, Empty, Page, Section, Shown, UnitName } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { FileLink } from "../../ui/exports";
import { Select, TextArea, UnitSelect, type Choice } from "../../ui/form";
import { SearchBox } from "../../ui/search_box";
import { Badge } from "../../ui/status";
import { Pager, Table, type Column } from "../../ui/table";
import { SystemsSection } from "./web_systems";

const pageLength = 50;

type AccountList = Answers["GET /web-accounts"];
type CountedUnit = AccountList["units"][number];

const revocationChoices = (): Choice<Revocation>[] => (
  choices.Revocation.map((state) => [state, say(`revocation_${state}`)])
);

function RevocationDialog({ account, close, done }: { account: WebAccount; close: () => void; done: () => void }) {
  const [state, setState] = useState(account.revocation.state);
  const [note, setNote] = useState(account.revocation.note);
  const work = async () => {
    await send("PATCH /web-accounts/{id}", { ids: { id: account.id }, body: { revocation: state, note } });
    announce(say("done"));
    done();
  };
  const title = say("revocationTitle", { account: account.account });
  return (
    <FormDialog title={title} button={say("save")} close={close} work={work}>
      <p>{account.system} · {account.owner} · {pathText(account.unit)}</p>
      <Select label={say("revocation")} value={state} set={setState} choices={revocationChoices()} />
      <TextArea label={say("note")} value={note} set={setNote} />
    </FormDialog>
  );
}

function Day({ day, never }: { day: string | null; never: boolean }) {
  return day ? <>{dayText(day)}</> : <span class="dim">{say(never ? "never" : "unknownDate")}</span>;
}

function Problem({ problem }: { problem: AccountProblem }) {
  const kind = problem === "unknown_date" ? "unknown" : "fail";
  return <><Badge kind={kind} text={say(`problem_${problem}`)} />{" "}</>;
}

function Problems({ account: { problems } }: { account: WebAccount }) {
  if (problems.length === 0) return <span class="dim">{say("noProblem")}</span>;
  return <>{problems.map((problem) => <Problem key={problem} problem={problem} />)}</>;
}

function RevocationText({ account: { revocation: { state, note } } }: { account: WebAccount }) {
  return <>{say(`revocation_${state}`)}{note && <span class="instance">{note}</span>}</>;
}

function columns(change?: (account: WebAccount) => void): Column<WebAccount>[] {
  const list: Column<WebAccount>[] = [
    { key: "account", title: say("account"), head: true, cell: (account) => account.account },
    { key: "system", title: say("system"), cell: (account) => account.system },
    { key: "owner", title: say("owner"), cell: (account) => account.owner },
    { key: "unit", title: say("unit"), cell: (account) => <UnitName path={account.unit} /> },
    {
      key: "changed", title: say("passwordChangedOn"), class: "nowrap",
      cell: (account) => <Day day={account.password_changed_on} never={account.password_never_changed} />,
    },
    {
      key: "login", title: say("lastLoginOn"), class: "nowrap",
      cell: (account) => <Day day={account.last_login_on} never={account.never_logged_in} />,
    },
    { key: "problems", title: say("problems"), cell: (account) => <Problems account={account} /> },
    { key: "revocation", title: say("revocation"), cell: (account) => <RevocationText account={account} /> },
  ];
  if (!change) return list;
  const button = (account: WebAccount) => (
    <button type="button" class="small" aria-label={`${say("revocation")}: ${account.account}`}
      onClick={() => change(account)}>
      {say("edit")}
    </button>
  );
  return [...list, { key: "edit", title: "", cell: button }];
}

/** The units that have problems, each number with the list behind it. */
function PerUnit({ list, route }: { list: AccountList; route: Route }) {
  const rows = list.units.filter((row) => choices.AccountProblem.some((problem) => row[problem] > 0));
  if (rows.length === 0) return null;
  const of = (row: CountedUnit, problem = "") => (
    changedQuery(route, { unit: String(row.unit_id), ...(problem ? { problem } : {}), offset: "" })
  );
  return (
    <details class="filters">
      <summary>{say("problems")}: {say("unit")}</summary>
      <Table caption={say("problems")} rows={rows} rowKey={(row) => row.unit_id} columns={[
        { key: "unit", title: say("unit"), head: true, cell: (row) => <a href={of(row)}>{pathText(row.unit)}</a> },
        ...choices.AccountProblem.map((problem): Column<CountedUnit> => ({
          key: problem, title: say(`problem_${problem}`), numeric: true,
          cell: (row) => row[problem] > 0
            ? <a href={of(row, problem)}>{numberText(row[problem])}</a>
            : <span class="zero">0</span>,
        })),
      ]} />
    </details>
  );
}

const filterNames = ["q", "system", "unit", "problem", "revocation"] as const;
type Filter = Record<(typeof filterNames)[number], string>;

function filterOf(route: Route): Filter {
  return Object.fromEntries(filterNames.map((name) => [name, route.query.get(name) ?? ""])) as Filter;
}

function Filters({ filter, changed, list, systems, units }: {
  filter: Filter;
  changed: (changes: Partial<Filter>) => string;
  list: AccountList | undefined;
  systems: Loaded<{ systems: WebSystem[] }>;
  units: Loaded<{ units: Unit[] }>;
}) {
  const any: Choice = ["", say("all")];
  const problems = choices.AccountProblem.map((name): Choice => {
    const text = say(`problem_${name}`);
    return [name, list ? `${text} (${list.counts[name]})` : text];
  });
  const named = (systems.data?.systems ?? []).map((system): Choice => [String(system.id), system.name]);
  return (
    <form class="filters filter-grid" role="search" aria-busy={systems.loading || units.loading}
      onSubmit={(event) => event.preventDefault()}>
      <SearchBox label={say("searchAccount")} value={filter.q} found={(q) => replaceAddress(changed({ q }))} />
      <Select label={say("system")} value={filter.system} choices={[any, ...named]}
        set={(system) => go(changed({ system }))} />
      <UnitSelect label={say("unit")} value={filter.unit} set={(unit) => go(changed({ unit }))}
        units={units.data?.units ?? []} empty={say("allUnits")} />
      <Select label={say("problems")} value={filter.problem} choices={[any, ...problems]}
        set={(problem) => go(changed({ problem }))} />
      <Select label={say("revocation")} value={filter.revocation} choices={[any, ...revocationChoices()]}
        set={(revocation) => go(changed({ revocation }))} />
    </form>
  );
}

export function AccountsPage({ route }: { route: Route }) {
  const filter = filterOf(route);
  const offset = Number(route.query.get("offset")) || 0;
  const list = useLoaded(address("GET /web-accounts", { query: { ...filter, offset, limit: pageLength } }));
  const systems = useLoaded(address("GET /web-systems"));
  const units = useLoaded(address("GET /units"));
  const mayChange = useMay("administer");
  const [changing, setChanging] = useState<WebAccount | null>(null);
  const changed = (changes: Partial<Filter>) => changedQuery(route, { ...changes, offset: "" });
  const file = address("GET /web-accounts.csv", { query: { ...filter, lang: language() } });
  return (
    <Page title={say("webAccounts")} lead={say("webAccountsLead")}>
      <SystemsSection systems={systems} units={units.data?.units ?? []} />
      <Section title={say("accounts")} actions={<FileLink button file={file} text={say("handBackCsv")} />}>
        <Filters filter={filter} changed={changed} list={list.data} systems={systems} units={units} />
        <Shown of={list}>
          {(data) => (
            <>
              <PerUnit list={data} route={route} />
              {data.accounts.length === 0 ? <Empty title={say("noAccounts")} /> : (
                <Table caption={say("accountsCaption")} rows={data.accounts} rowKey={(account) => account.id}
                  columns={columns(mayChange ? setChanging : undefined)} />
              )}
              <Pager offset={offset} limit={pageLength} total={data.total}
                address={(to) => changedQuery(route, { offset: to ? String(to) : "" })} />
            </>
          )}
        </Shown>
      </Section>
      {changing && <RevocationDialog account={changing} close={() => setChanging(null)} done={list.reload} />}
    </Page>
  );
}
