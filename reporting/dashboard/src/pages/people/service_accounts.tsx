// Service accounts: who holds API tokens for a program, and which person owns them.
import type { ServiceAccount } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded, type Loaded } from "../../core/load";
import { Empty, ErrorNote, Notice, Section, Shown } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input, Select } from "../../ui/form";
import { RowMenu } from "../../ui/menu";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

export type Accounts = Loaded<{ service_accounts: ServiceAccount[] }>;

/** Of an account that is there, or of a new one. */
function OwnerDialog({ account, close, done }: {
  account: ServiceAccount | null;
  close: () => void;
  done: () => void;
}) {
  const users = useLoaded(address("GET /users")).data?.users.filter((user) => !user.disabled) ?? [];
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const work = async () => {
    if (account) await send("PATCH /service-accounts/{name}", { ids: { name: account.name }, body: { owner } });
    else await send("POST /service-accounts", { body: { name, owner } });
    done();
  };
  const title = account ? say("accountOwnerTitle", { name: account.name }) : say("addAccount");
  return (
    <FormDialog title={title} button={say("save")} close={close} work={work}>
      {!account && (
        <Input label={say("accountName")} value={name} set={setName} required maxLength={100} autocomplete="off" />
      )}
      <Select label={say("accountOwner")} value={owner} set={setOwner} required
        choices={[["", say("chooseOwner")], ...users.map(({ user }): [string, string] => [user, user])]} />
    </FormDialog>
  );
}

function AccountState({ account }: { account: ServiceAccount }) {
  if (account.disabled) return <Badge kind="revoked" text={say("disabled")} />;
  if (!account.owner) return <Badge kind="silent" text={say("noOwner")} />;
  return <Badge kind="pass" text={say("enabled")} />;
}

function AccountMenu({ account, ask, turn }: { account: ServiceAccount; ask: () => void; turn: () => void }) {
  return (
    <RowMenu of={account.name}>
      {() => (
        <>
          <button type="button" onClick={ask}>{say("changeOwner")}</button>
          <button type="button" onClick={turn}>{say(account.disabled ? "enableUser" : "disableUser")}</button>
        </>
      )}
    </RowMenu>
  );
}

/** What an administrator must do before the tokens of accounts without an owner end. */
function OwnersNeeded({ accounts }: { accounts: ServiceAccount[] }) {
  const waiting = accounts.filter((account) => account.owner_needed_by && account.tokens > 0);
  return (
    <>
      {waiting.map(({ name, owner_needed_by }) => (
        <Notice key={name}>{say("ownerNeeded", { name, day: dayText(owner_needed_by!) })}</Notice>
      ))}
    </>
  );
}

export function ServiceAccounts({ list, changed }: { list: Accounts; changed: () => void }) {
  const [adding, setAdding] = useState(false);
  const [asked, setAsked] = useState<ServiceAccount | null>(null);
  const action = useAction();
  const turn = (account: ServiceAccount) => action.run(async () => {
    const body = { disabled: !account.disabled };
    await send("PATCH /service-accounts/{name}", { ids: { name: account.name }, body });
    changed();
  });
  const close = () => {
    setAdding(false);
    setAsked(null);
  };
  return (
    <Section title={say("serviceAccounts")}>
      <p>{say("serviceAccountsLead")}</p>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ service_accounts: accounts }) => (
          <>
            <OwnersNeeded accounts={accounts} />
            {accounts.length === 0 ? <Empty title={say("noServiceAccounts")} /> : (
              <Table caption={say("serviceAccounts")} rows={accounts} rowKey={(account) => account.name} columns={[
                { key: "name", title: say("accountName"), head: true, cell: (account) => account.name },
                { key: "owner", title: say("accountOwner"), cell: (account) => account.owner ?? say("none") },
                { key: "tokens", title: say("accountTokens"), cell: (account) => account.tokens },
                { key: "state", title: say("state"), cell: (account) => <AccountState account={account} /> },
                {
                  key: "actions", title: "", class: "row-actions",
                  cell: (account) => (
                    <AccountMenu account={account} ask={() => setAsked(account)} turn={() => turn(account)} />
                  ),
                },
              ]} />
            )}
          </>
        )}
      </Shown>
      <div class="buttons"><button type="button" onClick={() => setAdding(true)}>{say("addAccount")}</button></div>
      {(adding || asked) && <OwnerDialog account={asked} close={close} done={changed} />}
    </Section>
  );
}
