// One web system: its settings, and the import of its accounts.
import { useState } from "preact/hooks";
import { send, sendCsv } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import type { WebSystem } from "../../core/register_types";
import { go, link } from "../../core/router";
import { useMay } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, Empty, Page, Shown, Terms, Time, ZoneNote } from "../../ui/basic";
import { FormDialog } from "../../ui/form";
import { ImportDialog, type LineError } from "../../ui/import";
import { SystemDialog } from "./web_systems";

interface AccountImport {
  lines: number;
  added: number;
  changed: number;
  unchanged: number;
  gone: number;
  errors: LineError[];
}

function RemoveDialog({ system, close }: { system: WebSystem; close: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/web-systems/${system.id}`);
    announce(say("done"));
    go(link(["web-accounts"]));
  };
  return <FormDialog title={say("removeSystem", { name: system.name })} button={say("remove")} close={close} action={action} work={work} danger />;
}

export function SystemPage({ id }: { id: number }) {
  const loaded = useLoaded<{ systems: WebSystem[] }>("/web-systems");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const mayChange = useMay("administer");
  const [asked, setAsked] = useState<"edit" | "import" | "remove" | null>(null);
  const close = () => setAsked(null);
  const system = loaded.data?.systems.find((one) => one.id === id);
  return (
    <Page title={system?.name ?? say("webSystem")} crumbs={[{ text: say("webAccounts"), href: link(["web-accounts"]) }]} actions={system && mayChange && (
      <>
        <button type="button" class="main" onClick={() => setAsked("import")}>{say("importAccounts")}</button>
        <button type="button" onClick={() => setAsked("edit")}>{say("edit")}</button>
        <button type="button" class="danger-quiet" onClick={() => setAsked("remove")}>{say("remove")}</button>
      </>
    )}>
      <Shown of={loaded}>
        {() => !system ? <Empty title={say("noWebSystems")} /> : (
          <>
            <Terms class="summary" entries={[
              [say("host"), system.host],
              [say("ownerUnit"), pathText(system.owner_unit ?? "")],
              [say("maxAgeDays"), system.max_password_age_days],
              [say("unusedDays"), system.unused_after_days],
              [say("accounts"), system.counts?.accounts],
              [say("problem_overdue"), system.counts?.overdue],
              [say("problem_unused"), system.counts?.unused],
              [say("changedAt"), <Time at={system.imported_at} />],
              [say("by"), system.imported_by],
            ]} />
            <p><a class="button" href={link(["web-accounts"], { system: id })}>{say("accounts")}</a></p>
            <ZoneNote />
          </>
        )}
      </Shown>
      {asked === "edit" && <SystemDialog system={system!} units={units.data?.units ?? []} close={close} done={loaded.reload} />}
      {asked === "remove" && <RemoveDialog system={system!} close={close} />}
      {asked === "import" && (
        <ImportDialog<AccountImport> title={say("importAccounts")} note={say("importAccountsText")} close={close} done={loaded.reload}
          ask={(file, preview) => sendCsv<AccountImport>(`/web-systems/${id}/import?preview=${preview}`, file)}
          summary={(result) => <p>{say("importSum", { lines: result.lines, added: result.added, changed: result.changed, unchanged: result.unchanged, gone: result.gone })}</p>} />
      )}
    </Page>
  );
}
