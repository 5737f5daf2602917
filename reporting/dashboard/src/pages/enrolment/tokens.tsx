// Enrolment tokens: what a new PC needs to join, and the command that installs it.
import type { EnrolmentToken, NewEnrolmentToken, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { Empty, Only, Page, Shown, Time, UnitName, ZoneNote } from "../../ui/basic";
import { DangerDialog, FormDialog, SecretDialog, type Secret } from "../../ui/dialog";
import { Input, UnitSelect } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

function secretOf({ token, install }: NewEnrolmentToken): Secret {
  const texts: Secret["texts"] = [[say("enrolmentToken"), token]];
  if (install) {
    texts.push([say("installCommand"), install.windows], [`${say("installCommandOn")} linux`, install.linux]);
  }
  return { title: say("enrolmentToken"), note: say("enrolmentOnce"), texts };
}

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: (secret: Secret) => void }) {
  const [unit, setUnit] = useState("");
  const [uses, setUses] = useState("1");
  const [hours, setHours] = useState("72");
  const work = async () => {
    const body = { unit_id: Number(unit), uses: Number(uses), expires_hours: Number(hours) };
    done(secretOf(await send("POST /enrolment-tokens", { body })));
  };
  return (
    <FormDialog title={say("addEnrolmentToken")} button={say("addEnrolmentToken")} close={close} work={work}>
      <UnitSelect label={say("unit")} value={unit} set={setUnit} units={units} empty="" required />
      <Input label={say("uses")} type="number" min="1" max="100000" value={uses} set={setUses} required />
      <Input label={say("expiresHours")} type="number" min="1" value={hours} set={setHours} required />
    </FormDialog>
  );
}

function RevokeDialog({ token, close, done }: { token: EnrolmentToken; close: () => void; done: () => void }) {
  const title = say("revokeEnrolmentTitle", { unit: pathText(token.unit) });
  const work = () => send("DELETE /enrolment-tokens/{id}", { ids: { id: token.id } });
  return (
    <DangerDialog title={title} button={say("revokeToken")} close={close} work={work} done={done}>
      <p>{say("revokeEnrolmentText", { used: token.used, uses: token.uses })}</p>
    </DangerDialog>
  );
}

function TokenState({ token }: { token: EnrolmentToken }) {
  if (token.state === "valid") return <Badge kind="pass" text={say("active")} />;
  return <Badge kind="revoked" text={say(token.revoked ? "revoked" : "waiverEnded")} />;
}

function RevokeButton({ token, press }: { token: EnrolmentToken; press: () => void }) {
  if (token.state !== "valid") return null;
  return (
    <button type="button" class="small" aria-label={`${say("revokeToken")}: ${token.unit}`} onClick={press}>
      {say("revokeToken")}
    </button>
  );
}

function Enrolment() {
  const list = useLoaded(address("GET /enrolment-tokens"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addEnrolmentToken")}</button>;
  const added = (next: Secret) => {
    setSecret(next);
    list.reload();
  };
  return (
    <Page title={say("enrolment")} lead={say("enrolmentLead")} actions={add}>
      <Shown of={list}>
        {({ tokens }) => tokens.length === 0 ? <Empty title={say("noEnrolmentTokens")} /> : (
          <Table caption={say("enrolmentCaption")} rows={tokens} rowKey={(token) => token.id} columns={[
            { key: "unit", title: say("unit"), head: true, cell: (token) => <UnitName path={token.unit} /> },
            { key: "uses", title: say("uses"), numeric: true, cell: (token) => token.uses },
            { key: "used", title: say("used"), numeric: true, cell: (token) => token.used },
            { key: "made", title: say("createdAt"), class: "when", cell: (token) => <Time at={token.created_at} /> },
            { key: "ends", title: say("expiresAt"), class: "when", cell: (token) => <Time at={token.expires_at} /> },
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
      {revoking && <RevokeDialog token={revoking} close={() => setRevoking(null)} done={list.reload} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const EnrolmentPage = () => <Only right="administer" title={say("enrolment")}><Enrolment /></Only>;
