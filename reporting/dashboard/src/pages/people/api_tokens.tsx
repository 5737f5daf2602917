// Tokens for programs that read the API.
import type { ApiToken, Role, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayAfter, dayText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { useSession } from "../../core/session";
import { Empty, Only, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { DangerDialog, FormDialog, SecretDialog, type Secret } from "../../ui/dialog";
import { Input, Select } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { roleChoices, roleText } from "./roles";
import { ScopeSelect, scopeOf } from "./scope";
import { ServiceAccounts } from "./service_accounts";

/** Days ahead at which a token may end at most: it begins now, and ends at a midnight. */
const longest = (role: Role) => role === "administrator" ? 29 : 730;

function AddDialog({ units, accounts, close, done }: {
  units: Unit[];
  accounts: string[];
  close: () => void;
  done: (secret: Secret) => void;
}) {
  const now = new Date().toISOString();
  const own = useSession().user;
  const [account, setAccount] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("auditor");
  const [unit, setUnit] = useState("");
  const [ends, setEnds] = useState(dayAfter(now, 180));
  const most = dayAfter(now, longest(role));
  const last = ends < most ? ends : most;
  const work = async () => {
    const of = account ? { service_account: account } : {};
    const body = { name, role, unit_id: scopeOf(role, unit), expires_at: `${last}T00:00:00Z`, ...of };
    const { token } = await send("POST /api-tokens", { body });
    done({ title: say("tokenOnce"), note: say("tokenOnceText"), texts: [[say("tokenOnce"), token]] });
  };
  return (
    <FormDialog title={say("addToken")} button={say("addToken")} close={close} work={work}>
      <Input label={say("tokenName")} value={name} set={setName} required maxLength={100} autocomplete="off" />
      <Select label={say("tokenOwner")} value={account} set={setAccount}
        choices={[["", own], ...accounts.map((each): [string, string] => [each, each])]} />
      <Select label={say("role")} value={role} set={setRole} choices={roleChoices()} />
      <ScopeSelect role={role} unit={unit} set={setUnit} units={units} />
      <Input label={say("expiresDay")} type="date" value={last} set={setEnds} min={dayAfter(now, 1)} max={most}
        required />
    </FormDialog>
  );
}

function TokenState({ token }: { token: ApiToken }) {
  if (token.revoked_at) return <Badge kind="revoked" />;
  const over = Date.parse(token.expires_at) < Date.now();
  if (over) return <Badge kind="silent" text={say("expired")} />;
  return token.has_rights
    ? <Badge kind="pass" text={say("active")} />
    : <Badge kind="silent" text={say("withoutRights")} />;
}

function RevokeButton({ token, press }: { token: ApiToken; press: () => void }) {
  if (token.revoked_at) return null;
  return (
    <button type="button" class="small" aria-label={`${say("revokeToken")}: ${token.name}`} onClick={press}>
      {say("revokeToken")}
    </button>
  );
}

function Tokens() {
  const list = useLoaded(address("GET /api-tokens"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const accounts = useLoaded(address("GET /service-accounts"));
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addToken")}</button>;
  const usable = (accounts.data?.service_accounts ?? []).filter((each) => each.owner && !each.disabled)
    .map((each) => each.name);
  const added = (next: Secret) => {
    setSecret(next);
    list.reload();
    accounts.reload();
  };
  return (
    <Page title={say("tokens")} lead={say("tokensLead")} actions={add}>
      <Shown of={list}>
        {({ tokens }) => tokens.length === 0 ? <Empty title={say("noTokens")} /> : (
          <Table caption={say("tokensCaption")} rows={tokens} rowKey={(token) => token.id} columns={[
            { key: "name", title: say("tokenName"), head: true, cell: (token) => token.name },
            { key: "role", title: say("role"), cell: (token) => roleText(token.role) },
            { key: "unit", title: say("scope"), cell: ({ unit }) => unit ? pathText(unit) : say("wholeCity") },
            {
              key: "owner", title: say("tokenOwner"),
              cell: (token) => (
                <>{token.owner ?? say("none")}<span class="instance">{token.service_account ?? ""}</span></>
              ),
            },
            { key: "ends", title: say("expiresDay"), class: "nowrap", cell: (token) => dayText(token.expires_at) },
            { key: "used", title: say("lastUsed"), class: "when", cell: (token) => <Time at={token.last_used_at} /> },
            { key: "state", title: say("state"), cell: (token) => <TokenState token={token} /> },
            {
              key: "revoke", title: "",
              cell: (token) => <RevokeButton token={token} press={() => setRevoking(token)} />,
            },
          ]} />
        )}
      </Shown>
      <ServiceAccounts list={accounts} changed={() => { accounts.reload(); list.reload(); }} />
      <ZoneNote />
      {adding && <AddDialog units={units} accounts={usable} close={() => setAdding(false)} done={added} />}
      {revoking && (
        <DangerDialog title={say("revokeTokenTitle", { name: revoking.name })} button={say("revokeToken")}
          close={() => setRevoking(null)} done={list.reload}
          work={() => send("DELETE /api-tokens/{id}", { ids: { id: revoking.id } })}>
          <p>{say("revokeTokenText")}</p>
        </DangerDialog>
      )}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const TokensPage = () => <Only right="administer" title={say("tokens")}><Tokens /></Only>;
