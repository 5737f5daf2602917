// People, their roles and the units that they see.
import type { Role, Unit, User } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded, type Loaded } from "../../core/load";
import { useSession } from "../../core/session";
import { announce, ErrorNote, Only, Page, Shown, Time, UnitName, ZoneNote } from "../../ui/basic";
import { FormDialog, SecretDialog, type Secret } from "../../ui/dialog";
import { Input, Select } from "../../ui/form";
import { RowMenu } from "../../ui/menu";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { roleChoices, roleText } from "./roles";
import { ScopeSelect, scopeOf } from "./scope";

const passwordOf = (name: string, password: string): Secret => (
  { title: say("passwordOnce", { name }), note: say("shownOnce"), texts: [[say("password"), password]] }
);

/** `done` is given the password of a new user. */
function UserDialog({ user, units, close, done }: {
  user: User | null;
  units: Unit[];
  close: () => void;
  done: (secret: Secret | null) => void;
}) {
  const [name, setName] = useState(user?.user ?? "");
  const [fullName, setFullName] = useState(user?.full_name ?? "");
  const [email, setEmail] = useState(user?.email ?? "");
  const [role, setRole] = useState<Role>(user?.role ?? "unit_manager");
  const [unit, setUnit] = useState(String(user?.unit_id ?? ""));
  const work = async () => {
    const body = { role, unit_id: scopeOf(role, unit), full_name: fullName, email };
    if (user) {
      await send("PATCH /users/{user}", { ids: { user: user.user }, body });
      announce(say("done"));
      done(null);
      return;
    }
    const added = await send("POST /users", { body: { user: name, ...body } });
    done(passwordOf(name, added.password));
  };
  const title = user ? say("editUser", { name: user.user }) : say("addUser");
  return (
    <FormDialog title={title} button={say("save")} close={close} work={work}>
      {!user && (
        <Input label={say("userName")} value={name} set={setName} required autocapitalize="none" spellcheck={false}
          autocomplete="off" />
      )}
      <Input label={say("fullName")} value={fullName} set={setFullName} maxLength={200} autocomplete="off" />
      <Input label={`${say("email")} (${say("optional")})`} type="email" value={email} set={setEmail}
        autocomplete="off" />
      <Select label={say("role")} value={role} set={setRole} choices={roleChoices()} required />
      <ScopeSelect role={role} unit={unit} set={setUnit} units={units} />
    </FormDialog>
  );
}

function ResetDialog({ user, close, done }: { user: User; close: () => void; done: (secret: Secret) => void }) {
  const work = async () => {
    const { password } = await send("POST /users/{user}/password", { ids: { user: user.user } });
    done(passwordOf(user.user, password));
  };
  const title = say("resetPasswordTitle", { name: user.user });
  return (
    <FormDialog title={title} button={say("resetPassword")} close={close} work={work}>
      <p>{say("resetPasswordText")}</p>
    </FormDialog>
  );
}

interface Asked {
  kind: "edit" | "reset";
  user: User;
}

function UserMenu({ user, ask, change }: {
  user: User;
  ask: (asked: Asked) => void;
  change: (work: () => Promise<unknown>) => void;
}) {
  const own = useSession().user;
  const ids = { user: user.user };
  const endTotp = () => change(() => send("DELETE /users/{user}/totp", { ids }));
  const turn = () => change(() => send("PATCH /users/{user}", { ids, body: { disabled: !user.disabled } }));
  return (
    <RowMenu of={user.user}>
      {() => (
        <>
          <button type="button" onClick={() => ask({ kind: "edit", user })}>{say("edit")}</button>
          {user.source !== "directory" && (
            <button type="button" onClick={() => ask({ kind: "reset", user })}>{say("resetPassword")}</button>
          )}
          {user.totp && <button type="button" onClick={endTotp}>{say("resetTotp")}</button>}
          {user.user !== own && (
            <button type="button" onClick={turn}>{say(user.disabled ? "enableUser" : "disableUser")}</button>
          )}
        </>
      )}
    </RowMenu>
  );
}

function UserState({ user }: { user: User }) {
  return user.disabled ? <Badge kind="revoked" text={say("disabled")} /> : <Badge kind="pass" text={say("enabled")} />;
}

function UserList({ list, units }: { list: Loaded<{ users: User[] }>; units: Unit[] }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const action = useAction();
  const change = (work: () => Promise<unknown>) => action.run(async () => { await work(); list.reload(); });
  const close = () => setAsked(null);
  return (
    <>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ users }) => (
          <Table caption={say("usersCaption")} rows={users} rowKey={(user) => user.user} columns={[
            {
              key: "user", title: say("userName"), head: true,
              cell: (user) => <>{user.user}<span class="instance">{user.full_name}</span></>,
            },
            { key: "role", title: say("role"), cell: (user) => roleText(user.role) },
            {
              key: "unit", title: say("scope"),
              cell: ({ unit }) => unit ? <UnitName path={unit} /> : say("wholeCity"),
            },
            { key: "source", title: say("accountSource"), cell: (user) => say(`source_${user.source}`) },
            { key: "totp", title: say("secondFactor"), cell: (user) => say(user.totp ? "yes" : "no") },
            { key: "login", title: say("lastLogin"), class: "when", cell: (user) => <Time at={user.last_login_at} /> },
            { key: "state", title: say("state"), cell: (user) => <UserState user={user} /> },
            {
              key: "actions", title: "", class: "row-actions",
              cell: (user) => <UserMenu user={user} ask={setAsked} change={change} />,
            },
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
  const list = useLoaded(address("GET /users"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<Secret | null>(null);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addUser")}</button>;
  const added = (next: Secret | null) => {
    setSecret(next);
    list.reload();
  };
  return (
    <Page title={say("users")} actions={add}>
      <UserList list={list} units={units} />
      <ZoneNote />
      {adding && <UserDialog user={null} units={units} close={() => setAdding(false)} done={added} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const UsersPage = () => <Only right="administer" title={say("users")}><Users /></Only>;
