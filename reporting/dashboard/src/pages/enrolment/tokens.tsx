// Enrolment tokens: what a new PC needs to join, and the command that installs it.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import type { Unit } from "../../core/types";
import { announce, Empty, Only, Page, Shown, Time, UnitName, ZoneNote } from "../../ui/basic";
import { FormDialog, Input, UnitSelect } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { SecretDialog, type Secret } from "../../ui/secret";

interface EnrolmentToken {
  id: number;
  unit: string;
  uses: number;
  used: number;
  created_at: string;
  expires_at: string;
  revoked: boolean;
}

interface NewToken extends EnrolmentToken {
  token: string;
  install: Record<string, string> | null;
}

function AddDialog({ units, close, done }: { units: Unit[]; close: () => void; done: (secret: Secret) => void }) {
  const [unit, setUnit] = useState("");
  const [uses, setUses] = useState("1");
  const [hours, setHours] = useState("72");
  const action = useAction();
  const work = async () => {
    const added = await send<NewToken>("POST", "/enrolment-tokens", { unit_id: Number(unit), uses: Number(uses), expires_hours: Number(hours) });
    const commands = Object.entries(added.install ?? {}).filter(([system]) => system === "windows" || system === "linux").map(([system, command]): [string, string] => [system === "windows" ? say("installCommand") : `${say("installCommandOn")} ${system}`, command]);
    done({ title: say("enrolmentToken"), note: say("enrolmentOnce"), texts: [[say("enrolmentToken"), added.token], ...commands] });
  };
  return (
    <FormDialog title={say("addEnrolmentToken")} button={say("addEnrolmentToken")} close={close} action={action} work={work}>
      <UnitSelect label={say("unit")} value={unit} set={setUnit} units={units} empty="" required />
      <Input label={say("uses")} type="number" min="1" max="100000" value={uses} set={setUses} required />
      <Input label={say("expiresHours")} type="number" min="1" value={hours} set={setHours} required />
    </FormDialog>
  );
}

function RevokeDialog({ token, close, done }: { token: EnrolmentToken; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/enrolment-tokens/${token.id}`);
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={say("revokeEnrolmentTitle", { unit: pathText(token.unit) })} button={say("revokeToken")} close={close}
      action={action} work={work} danger>
      <p>{say("revokeEnrolmentText", { used: token.used, uses: token.uses })}</p>
    </FormDialog>
  );
}

function Enrolment() {
  const list = useLoaded<{ tokens: EnrolmentToken[] }>("/enrolment-tokens");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const [revoking, setRevoking] = useState<EnrolmentToken | null>(null);
  const open = (token: EnrolmentToken) => !token.revoked && Date.parse(token.expires_at) > Date.now() && token.used < token.uses;
  return (
    <Page title={say("enrolment")} lead={say("enrolmentLead")} actions={<button type="button" class="main" onClick={() => setAdding(true)}>{say("addEnrolmentToken")}</button>}>
      <Shown of={list}>
        {({ tokens }) => tokens.length === 0 ? <Empty title={say("noEnrolmentTokens")} /> : (
          <Table caption={say("enrolmentCaption")} rows={tokens} rowKey={(token) => token.id} columns={[
            { key: "unit", title: say("unit"), head: true, cell: (token) => <UnitName path={token.unit} /> },
            { key: "uses", title: say("uses"), numeric: true, cell: (token) => token.uses },
            { key: "used", title: say("used"), numeric: true, cell: (token) => token.used },
            { key: "made", title: say("createdAt"), class: "when", cell: (token) => <Time at={token.created_at} /> },
            { key: "ends", title: say("expiresAt"), class: "when", cell: (token) => <Time at={token.expires_at} /> },
            { key: "state", title: say("state"), cell: (token) => open(token) ? <Badge kind="pass" text={say("active")} /> : <Badge kind="revoked" text={say(token.revoked ? "revoked" : "waiverEnded")} /> },
            { key: "revoke", title: "", cell: (token) => open(token) ? <button type="button" class="small" aria-label={`${say("revokeToken")}: ${token.unit}`} onClick={() => setRevoking(token)}>{say("revokeToken")}</button> : null },
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

export const EnrolmentPage = () => <Only right="administer" title={say("enrolment")}><Enrolment /></Only>;
