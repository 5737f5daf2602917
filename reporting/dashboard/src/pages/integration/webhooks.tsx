// Where changes of verdicts are sent to, and what could not be sent.
import type { DeadLetter, Webhook } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { announce, Empty, ErrorNote, Only, Page, Section, Shown, Time, ZoneNote } from "../../ui/basic";
import { DangerDialog, FormDialog, SecretDialog, type Secret } from "../../ui/dialog";
import { Input } from "../../ui/form";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

function AddDialog({ close, done }: { close: () => void; done: (secret: Secret) => void }) {
  const [url, setUrl] = useState("");
  const work = async () => {
    const { secret } = await send("POST /webhooks", { body: { url } });
    done({ title: say("webhooks"), note: url, texts: [[say("secretOnce"), secret]] });
  };
  return (
    <FormDialog title={say("addWebhook")} button={say("add")} close={close} work={work}>
      <Input label={say("url")} type="url" value={url} set={setUrl} required placeholder="https://" />
    </FormDialog>
  );
}

function DeadLetters() {
  const list = useLoaded(address("GET /webhooks/dead-letters"));
  const action = useAction();
  const retry = ({ id }: DeadLetter) => action.run(async () => {
    await send("POST /webhooks/dead-letters/{id}/retry", { ids: { id } });
    announce(say("done"));
    list.reload();
  });
  const button = (letter: DeadLetter) => (
    <button type="button" class="small" onClick={() => retry(letter)}>{say("retry")}</button>
  );
  return (
    <Section title={say("deadLetters")}>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ dead_letters: letters }) => letters.length === 0 ? <p class="dim">{say("noDeadLetters")}</p> : (
          <Table caption={say("deadLetters")} rows={letters} rowKey={(letter) => letter.id} columns={[
            { key: "at", title: say("date"), class: "when", cell: (letter) => <Time at={letter.created_at} /> },
            { key: "url", title: say("url"), head: true, cell: (letter) => letter.url },
            { key: "problem", title: say("problem"), cell: (letter) => letter.problem },
            { key: "retry", title: "", cell: button },
          ]} />
        )}
      </Shown>
    </Section>
  );
}

function WebhookState({ webhook }: { webhook: Webhook }) {
  return webhook.enabled
    ? <Badge kind="pass" text={say("enabled")} />
    : <Badge kind="revoked" text={say("disabled")} />;
}

function WebhookButtons({ webhook, toggle, remove }: { webhook: Webhook; toggle: () => void; remove: () => void }) {
  return (
    <>
      <button type="button" class="small" onClick={toggle}>
        {say(webhook.enabled ? "disableUser" : "enableUser")}
      </button>
      {" "}
      <button type="button" class="small" aria-label={`${say("remove")}: ${webhook.url}`} onClick={remove}>
        {say("remove")}
      </button>
    </>
  );
}

function Webhooks() {
  const list = useLoaded(address("GET /webhooks"));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const [secret, setSecret] = useState<Secret | null>(null);
  const action = useAction();
  const toggle = ({ id, enabled }: Webhook) => action.run(async () => {
    await send("PATCH /webhooks/{id}", { ids: { id }, body: { enabled: !enabled } });
    list.reload();
  });
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addWebhook")}</button>;
  const added = (next: Secret) => {
    setSecret(next);
    list.reload();
  };
  const buttons = (webhook: Webhook) => (
    <WebhookButtons webhook={webhook} toggle={() => toggle(webhook)} remove={() => setRemoving(webhook)} />
  );
  return (
    <Page title={say("webhooks")} lead={say("webhooksLead")} actions={add}>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ webhooks }) => webhooks.length === 0 ? <Empty title={say("noWebhooks")} /> : (
          <Table caption={say("webhooksCaption")} rows={webhooks} rowKey={(webhook) => webhook.id} columns={[
            { key: "url", title: say("url"), head: true, cell: (webhook) => webhook.url },
            { key: "state", title: say("state"), cell: (webhook) => <WebhookState webhook={webhook} /> },
            { key: "ok", title: say("changedAt"), class: "when", cell: (webhook) => <Time at={webhook.last_ok_at} /> },
            { key: "problem", title: say("problem"), cell: (webhook) => webhook.last_problem },
            { key: "edit", title: "", class: "nowrap", cell: buttons },
          ]} />
        )}
      </Shown>
      <DeadLetters />
      <ZoneNote />
      {adding && <AddDialog close={() => setAdding(false)} done={added} />}
      {removing && (
        <DangerDialog title={say("removeWebhook")} button={say("remove")} close={() => setRemoving(null)}
          done={list.reload} work={() => send("DELETE /webhooks/{id}", { ids: { id: removing.id } })}>
          <p>{removing.url}</p>
        </DangerDialog>
      )}
      {secret && <SecretDialog secret={secret} close={() => setSecret(null)} />}
    </Page>
  );
}

export const WebhooksPage = () => <Only right="administer" title={say("webhooks")}><Webhooks /></Only>;
