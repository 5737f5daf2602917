// Where changes of verdicts are sent to, and what could not be sent.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { announce, Empty, ErrorNote, Only, Page, Section, Shown, Time, ZoneNote } from "../../ui/basic";
import { FormDialog, Input } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { SecretDialog, type Secret } from "../../ui/secret";

interface Webhook {
  id: number;
  url: string;
  enabled: boolean;
  created_by: string;
  last_ok_at: string | null;
  last_problem: string;
  pending: number;
  dead: number;
}

interface DeadLetter {
  id: number;
  url: string;
  created_at: string;
  attempts: number;
  problem: string;
}

function AddDialog({ close, done }: { close: () => void; done: (secret: Secret) => void }) {
  const [url, setUrl] = useState("");
  const action = useAction();
  const work = async () => {
    const added = await send<{ secret: string }>("POST", "/webhooks", { url });
    done({ title: say("webhooks"), note: url, texts: [[say("secretOnce"), added.secret]] });
  };
  return (
    <FormDialog title={say("addWebhook")} button={say("add")} close={close} action={action} work={work}>
      <Input label={say("url")} type="url" value={url} set={setUrl} required placeholder="https://" />
    </FormDialog>
  );
}

function RemoveDialog({ webhook, close, done }: { webhook: Webhook; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/webhooks/${webhook.id}`);
    done();
  };
  return <FormDialog title={say("removeWebhook")} button={say("remove")} close={close} action={action} work={work} danger><p>{webhook.url}</p></FormDialog>;
}

function DeadLetters() {
  const list = useLoaded<{ dead_letters: DeadLetter[] }>("/webhooks/dead-letters");
  const action = useAction();
  const retry = (letter: DeadLetter) => action.run(async () => {
    await send("POST", `/webhooks/dead-letters/${letter.id}/retry`, {});
    announce(say("done"));
    list.reload();
  });
  return (
    <Section title={say("deadLetters")}>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ dead_letters: letters }) => letters.length === 0 ? <p class="dim">{say("noDeadLetters")}</p> : (
          <Table caption={say("deadLetters")} rows={letters} rowKey={(letter) => letter.id} columns={[
            { key: "at", title: say("date"), class: "when", cell: (letter) => <Time at={letter.created_at} /> },
            { key: "url", title: say("url"), head: true, cell: (letter) => letter.url },
            { key: "problem", title: say("problem"), cell: (letter) => letter.problem },
            { key: "retry", title: "", cell: (letter) => <button type="button" class="small" onClick={() => retry(letter)}>{say("retry")}</button> },
          ]} />
        )}
      </Shown>
    </Section>
  );
}

function Webhooks() {
  const list = useLoaded<{ webhooks: Webhook[] }>("/webhooks");
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const action = useAction();
  const toggle = (webhook: Webhook) => action.run(async () => {
    await send("PATCH", `/webhooks/${webhook.id}`, { enabled: !webhook.enabled });
    list.reload();
  });
  return (
    <Page title={say("webhooks")} lead={say("webhooksLead")} actions={<button type="button" class="main" onClick={() => setAdding(true)}>{say("addWebhook")}</button>}>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ webhooks }) => webhooks.length === 0 ? <Empty title={say("noWebhooks")} /> : (
          <Table caption={say("webhooksCaption")} rows={webhooks} rowKey={(webhook) => webhook.id} columns={[
            { key: "url", title: say("url"), head: true, cell: (webhook) => webhook.url },
            { key: "state", title: say("state"), cell: (webhook) => webhook.enabled ? <Badge kind="pass" text={say("enabled")} /> : <Badge kind="revoked" text={say("disabled")} /> },
            { key: "ok", title: say("changedAt"), class: "when", cell: (webhook) => <Time at={webhook.last_ok_at} /> },
            { key: "problem", title: say("problem"), cell: (webhook) => webhook.last_problem },
            { key: "edit", title: "", class: "nowrap", cell: (webhook) => (
              <>
                <button type="button" class="small" onClick={() => toggle(webhook)}>{say(webhook.enabled ? "disableUser" : "enableUser")}</button>{" "}
                <button type="button" class="small" aria-label={`${say("remove")}: ${webhook.url}`} onClick={() => setRemoving(webhook)}>{say("remove")}</button>
              </>
            ) },
          ]} />
        )}
      </Shown>
      <DeadLetters />
      <ZoneNote />
      {adding && <AddDialog close={() => setAdding(false)} done={(next) => { setSecret(next); list.reload(); }} />}
      {removing && <RemoveDialog webhook={removing} close={() => setRemoving(null)} done={list.reload} />}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const WebhooksPage = () => <Only right="administer" title={say("webhooks")}><Webhooks /></Only>;
