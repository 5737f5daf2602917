// Tokens for programs that read the API.
import type { ApiToken, Role, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayAfter, dayText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { Empty, Only, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { DangerDialog, FormDialog, SecretDialog, type Secret } from "../../ui/dialog";
import { Input, Select } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { roleChoices, roleText } from "./roles";
import { ScopeSelect, scopeOf } from "./scope";

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: (secret: Secret) => void }) {
  const now = new Date().toISOString();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("auditor");
  const [unit, setUnit] = useState("");
  const [ends, setEnds] = useState(dayAfter(now, 180));
  const work = async () => {
    const body = { name, role, unit_id: scopeOf(role, unit), expires_at: `${ends}T00:00:00Z` };
    const { token } = await send("POST /api-tokens", { body });
    done({ title: say("tokenOnce"), note: say("tokenOnceText"), texts: [[say("tokenOnce"), token]] });
  };
  return (
    <FormDialog title={say("addToken")} button={say("addToken")} close={close} work={work}>
      <Input label={say("tokenName")} value={name} set={setName} required maxLength={100} autocomplete="off" />
      <Select label={say("role")} value={role} set={setRole} choices={roleChoices()} />
      <ScopeSelect role={role} unit={unit} set={setUnit} units={units} />
      <Input label={say("expiresDay")} type="date" value={ends} set={setEnds} min={dayAfter(now, 1)}
        max={dayAfter(now, 730)} required />
    </FormDialog>
  );
}

function TokenState({ token }: { token: ApiToken }) {
  if (token.revoked_at) return <Badge kind="revoked" />;
  const over = Date.parse(token.expires_at) < Date.now();
  return over ? <Badge kind="silent" text={say("expired")} /> : <Badge kind="pass" text={say("active")} />;
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
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addToken")}</button>;
  const added = (next: Secret) => {
    setSecret(next);
    list.reload();
  };
  return (
    <Page title={say("tokens")} lead={say("tokensLead")} actions={add}>
      <Shown of={list}>
        {({ tokens }) => tokens.length === 0 ? <Empty title={say("noTokens")} /> : (
          <Table caption={say("tokensCaption")} rows={tokens} rowKey={(token) => token.id} columns={[
            { key: "name", title: say("tokenName"), head: true, cell: (token) => token.name },
            { key: "role", title: say("role"), cell: (token) => roleText(token.role) },
            { key: "unit", title: say("scope"), cell: ({ unit }) => unit ? pathText(unit) : say("wholeCity") },
            { key: "by", title: say("createdBy"), cell: (token) => token.created_by },
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
      <ZoneNote />
      {adding && <AddDialog units={units} close={() => setAdding(false)} done={added} />}
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
