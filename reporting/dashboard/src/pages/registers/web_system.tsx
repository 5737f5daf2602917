// One web system: its settings, and the import of its accounts.
import type { WebSystem } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { go, link } from "../../core/router";
import { useMay } from "../../core/session";
import { Empty, Page, Shown, Terms, Time, ZoneNote } from "../../ui/basic";
import { DangerDialog } from "../../ui/dialog";
import { ImportDialog } from "../../ui/import";
import { ImportSum } from "./import_sum";
import { SystemDialog } from "./web_systems";

function Settings({ system }: { system: WebSystem }) {
  return (
    <>
      <Terms class="summary" entries={[
        [say("host"), system.host],
        [say("ownerUnit"), pathText(system.owner_unit ?? "")],
        [say("maxAgeDays"), system.max_password_age_days],
        [say("unusedDays"), system.unused_after_days],
        [say("accounts"), system.counts.accounts],
        [say("problem_overdue"), system.counts.overdue],
        [say("problem_unused"), system.counts.unused],
        [say("changedAt"), <Time at={system.imported_at} />],
        [say("by"), system.imported_by],
      ]} />
      <p><a class="button" href={link(["web-accounts"], { system: system.id })}>{say("accounts")}</a></p>
      <ZoneNote />
    </>
  );
}

export function SystemPage({ id }: { id: number }) {
  const loaded = useLoaded(address("GET /web-systems"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const mayChange = useMay("administer");
  const [asked, setAsked] = useState<"edit" | "import" | "remove" | null>(null);
  const close = () => setAsked(null);
  const ids = { id };
  const system = loaded.data?.systems.find((one) => one.id === id);
  const crumbs = [{ text: say("webAccounts"), href: link(["web-accounts"]) }];
  return (
    <Page title={system?.name ?? say("webSystem")} crumbs={crumbs} actions={system && mayChange && (
      <>
        <button type="button" class="main" onClick={() => setAsked("import")}>{say("importAccounts")}</button>
        <button type="button" onClick={() => setAsked("edit")}>{say("edit")}</button>
        <button type="button" class="danger-quiet" onClick={() => setAsked("remove")}>{say("remove")}</button>
      </>
    )}>
      <Shown of={loaded}>
        {() => system ? <Settings system={system} /> : <Empty title={say("noWebSystems")} />}
      </Shown>
      {asked === "edit" && <SystemDialog system={system!} units={units} close={close} done={loaded.reload} />}
      {asked === "remove" && (
        <DangerDialog title={say("removeSystem", { name: system!.name })} button={say("remove")} close={close}
          work={() => send("DELETE /web-systems/{id}", { ids })} done={() => go(link(["web-accounts"]))} />
      )}
      {asked === "import" && (
        <ImportDialog title={say("importAccounts")} note={say("importAccountsText")} close={close} done={loaded.reload}
          ask={(file, preview) => send("POST /web-systems/{id}/import", { ids, query: { preview }, body: file })}
          summary={(result) => <ImportSum of={result} />} />
      )}
    </Page>
  );
}
