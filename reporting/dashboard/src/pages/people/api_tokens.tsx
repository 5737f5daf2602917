// Tokens for programs that read the API.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { dayAfter, dayText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import type { Role } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, Empty, Only, Page, roleText, Shown, Time, ZoneNote } from "../../ui/basic";
import { FormDialog, Input, Select, UnitSelect } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { SecretDialog, type Secret } from "../../ui/secret";
import { roleChoices } from "./users";

interface ApiToken {
  id: string;
  name: string;
  role: Role;
  unit_id: number | null;
  unit: string | null;
  created_by: string;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  last_used_at: string | null;
}

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: (secret: Secret) => void }) {
  const now = new Date().toISOString();
  const [name, setName] = useState("");
  const [role, setRole] = useState("auditor");
  const [unit, setUnit] = useState("");
  const [ends, setEnds] = useState(dayAfter(now, 180));
  const action = useAction();
  const work = async () => {
    const added = await send<{ token: string }>("POST", "/api-tokens", { name, role, unit_id: unit ? Number(unit) : null, expires_at: `${ends}T00:00:00Z` });
    done({ title: say("tokenOnce"), note: say("tokenOnceText"), texts: [[say("tokenOnce"), added.token]] });
  };
  return (
    <FormDialog title={say("addToken")} button={say("addToken")} close={close} action={action} work={work}>
      <Input label={say("tokenName")} value={name} set={setName} required maxLength={100} autocomplete="off" />
      <Select label={say("role")} value={role} set={setRole} choices={roleChoices()} />
      {role !== "administrator" && <UnitSelect label={say("scopeUnit")} value={unit} set={setUnit} units={units} empty={role === "unit_manager" ? "" : say("wholeCity")} required={role === "unit_manager"} />}
      <Input label={say("expiresDay")} type="date" value={ends} set={setEnds} min={dayAfter(now, 1)} max={dayAfter(now, 730)} required />
    </FormDialog>
  );
}

function RevokeDialog({ token, close, done }: { token: ApiToken; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/api-tokens/${encodeURIComponent(token.id)}`);
    announce(say("done"));
    done();
  };
  return <FormDialog title={say("revokeTokenTitle", { name: token.name })} button={say("revokeToken")} close={close} action={action} work={work} danger><p>{say("revokeTokenText")}</p></FormDialog>;
}

function Tokens() {
  const list = useLoaded<{ tokens: ApiToken[] }>("/api-tokens");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const state = (token: ApiToken) => token.revoked_at ? <Badge kind="revoked" /> : Date.parse(token.expires_at) < Date.now() ? <Badge kind="silent" text={say("expired")} /> : <Badge kind="pass" text={say("active")} />;
  return (
    <Page title={say("tokens")} lead={say("tokensLead")} actions={<button type="button" class="main" onClick={() => setAdding(true)}>{say("addToken")}</button>}>
      <Shown of={list}>
        {({ tokens }) => tokens.length === 0 ? <Empty title={say("noTokens")} /> : (
          <Table caption={say("tokensCaption")} rows={tokens} rowKey={(token) => token.id} columns={[
            { key: "name", title: say("tokenName"), head: true, cell: (token) => token.name },
            { key: "role", title: say("role"), cell: (token) => roleText(token.role) },
            { key: "unit", title: say("scope"), cell: (token) => token.unit ? pathText(token.unit) : say("wholeCity") },
            { key: "by", title: say("createdBy"), cell: (token) => token.created_by },
            { key: "ends", title: say("expiresDay"), class: "nowrap", cell: (token) => dayText(token.expires_at) },
            { key: "used", title: say("lastUsed"), class: "when", cell: (token) => <Time at={token.last_used_at} /> },
            { key: "state", title: say("state"), cell: state },
            { key: "revoke", title: "", cell: (token) => token.revoked_at ? null : <button type="button" class="small" aria-label={`${say("revokeToken")}: ${token.name}`} onClick={() => setRevoking(token)}>{say("revokeToken")}</button> },
          ]} />
        )}
      </Shown>
      <ZoneNote />
      {adding && <AddDialog units={units.data?.units ?? []} close={() => setAdding(false)} done={(next) => { setSecret(next); list.reload(); }} />}
      {revoking && <RevokeDialog token={revoking} close={() => setRevoking(null)} done={list.reload} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const TokensPage = () => <Only right="administer" title={say("tokens")}><Tokens /></Only>;
