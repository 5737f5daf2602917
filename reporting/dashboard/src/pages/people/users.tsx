// People, their roles and the units that they see.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded, type Loaded } from "../../core/load";
import { roles, useSession, type Role } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, ErrorNote, Only, Page, roleText, Shown, Time, UnitName, ZoneNote } from "../../ui/basic";
import { FormDialog, Input, Select, UnitSelect, type Choice } from "../../ui/form";
import { RowMenu } from "../../ui/menu";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { SecretDialog, type Secret } from "../../ui/secret";

interface User {
  user: string;
  full_name: string;
  email: string;
  role: Role;
  unit_id: number | null;
  unit: string | null;
  source: "local" | "directory";
  totp: boolean;
  disabled: boolean;
  last_login_at: string | null;
}

export const roleChoices = (): Choice[] => roles.map((role) => [role, roleText(role)]);

function UserDialog({ user, units, close, done }: { user: User | null; units: Unit[]; close: () => void; done: (secret: Secret | null) => void }) {
  const [name, setName] = useState(user?.user ?? "");
  const [fullName, setFullName] = useState(user?.full_name ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [role, setRole] = useState<string>(user?.role ?? "unit_manager");
  const [unit, setUnit] = useState(String(user?.unit_id ?? ""));
  const action = useAction();
  const work = async () => {
    const body = { role, unit_id: unit && role !== "administrator" ? Number(unit) : null, full_name: fullName, email };
    if (user) {
      await send("PATCH", `/users/${encodeURIComponent(user.user)}`, body);
      announce(say("done"));
      done(null);
      return;
    }
    const added = await send<{ password: string }>("POST", "/users", { user: name, ...body });
    done({ title: say("passwordOnce", { name }), note: say("shownOnce"), texts: [[say("password"), added.password]] });
  };
  return (
    <FormDialog title={user ? say("editUser", { name: user.user }) : say("addUser")} button={say("save")} close={close} action={action} work={work}>
      {!user && <Input label={say("userName")} value={name} set={setName} required autocapitalize="none" spellcheck={false} autocomplete="off" />}
      <Input label={say("fullName")} value={fullName} set={setFullName} maxLength={200} autocomplete="off" />
      <Input label={`${say("email")} (${say("optional")})`} type="email" value={email} set={setEmail} autocomplete="off" />
      <Select label={say("role")} value={role} set={setRole} choices={roleChoices()} required />
      {role !== "administrator" && <UnitSelect label={say("scopeUnit")} value={unit} set={setUnit} units={units} empty={role === "unit_manager" ? "" : say("wholeCity")} required={role === "unit_manager"} />}
    </FormDialog>
  );
}

function ResetDialog({ user, close, done }: { user: User; close: () => void; done: (secret: Secret) => void }) {
  const action = useAction();
  const work = async () => {
    const { password } = await send<{ password: string }>("POST", `/users/${encodeURIComponent(user.user)}/password`, {});
    done({ title: say("passwordOnce", { name: user.user }), note: say("shownOnce"), texts: [[say("password"), password]] });
  };
  return <FormDialog title={say("resetPasswordTitle", { name: user.user })} button={say("resetPassword")} close={close} action={action} work={work}><p>{say("resetPasswordText")}</p></FormDialog>;
}

function UserList({ list, units }: { list: Loaded<{ users: User[] }>; units: Unit[] }) {
  const own = useSession().user;
  const [asked, setAsked] = useState<{ kind: "edit" | "reset"; user: User } | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const action = useAction();
  const change = (work: () => Promise<unknown>) => action.run(async () => { await work(); list.reload(); });
  const path = (user: User) => `/users/${encodeURIComponent(user.user)}`;
  const close = () => setAsked(null);
  return (
    <>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ users }) => (
          <Table caption={say("usersCaption")} rows={users} rowKey={(user) => user.user} columns={[
            { key: "user", title: say("userName"), head: true, cell: (user) => <>{user.user}<span class="instance">{user.full_name}</span></> },
            { key: "role", title: say("role"), cell: (user) => roleText(user.role) },
            { key: "unit", title: say("scope"), cell: (user) => user.unit ? <UnitName path={user.unit} /> : say("wholeCity") },
            { key: "source", title: say("accountSource"), cell: (user) => say(`source_${user.source ?? "local"}`) },
            { key: "totp", title: say("secondFactor"), cell: (user) => say(user.totp ? "yes" : "no") },
            { key: "login", title: say("lastLogin"), class: "when", cell: (user) => <Time at={user.last_login_at} /> },
            { key: "state", title: say("state"), cell: (user) => user.disabled ? <Badge kind="revoked" text={say("disabled")} /> : <Badge kind="pass" text={say("enabled")} /> },
            { key: "actions", title: "", class: "row-actions", cell: (user) => (
              <RowMenu of={user.user}>{() => (
                <>
                  <button type="button" onClick={() => setAsked({ kind: "edit", user })}>{say("edit")}</button>
                  {user.source !== "directory" && <button type="button" onClick={() => setAsked({ kind: "reset", user })}>{say("resetPassword")}</button>}
                  {user.totp && <button type="button" onClick={() => change(() => send("DELETE", `${path(user)}/totp`))}>{say("resetTotp")}</button>}
                  {user.user !== own && <button type="button" onClick={() => change(() => send("PATCH", path(user), { disabled: !user.disabled }))}>{say(user.disabled ? "enableUser" : "disableUser")}</button>}
                </>
              )}</RowMenu>
            ) },
          ]} />
        )}
      </Shown>
      {asked?.kind === "edit" && <UserDialog user={asked.user} units={units} close={close} done={list.reload} />}
      {asked?.kind === "reset" && <ResetDialog user={asked.user} close={close} done={setSecret} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </>
  );
}

function Users() {
  const list = useLoaded<{ users: User[] }>("/users");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  return (
    <Page title={say("users")} actions={<button type="button" class="main" onClick={() => setAdding(true)}>{say("addUser")}</button>}>
      <UserList list={list} units={units.data?.units ?? []} />
      <ZoneNote />
      {adding && <UserDialog user={null} units={units.data?.units ?? []} close={() => setAdding(false)} done={(next) => { setSecret(next); list.reload(); }} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const UsersPage = () => <Only right="administer" title={say("users")}><Users /></Only>;
