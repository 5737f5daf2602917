// Where one is signed in.
import type { OpenSession } from "centre-api";
import { address, send } from "../../core/api";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { announce, ErrorNote, Page, Shown, Time, ZoneNote } from "../../ui/basic";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

export function SessionsPage() {
  const list = useLoaded(address("GET /sessions"));
  const action = useAction();
  const end = (work: () => Promise<unknown>) => action.run(async () => {
    await work();
    announce(say("done"));
    list.reload();
  });
  const one = ({ id }: OpenSession) => end(() => send("DELETE /sessions/{id}", { ids: { id } }));
  const others = () => end(() => send("DELETE /sessions", {}));
  return (
    <Page title={say("sessions")} lead={say("sessionsLead")}
      actions={<button type="button" disabled={action.busy} onClick={others}>{say("endOthers")}</button>}>
      <ErrorNote error={action.error} />
      <Shown of={list}>
        {({ sessions }) => (
          <Table caption={say("sessions")} rows={sessions} rowKey={({ id }) => id} columns={[
            { key: "address", title: say("address"), head: true, cell: (session) => session.address || "–" },
            { key: "browser", title: say("browser"), cell: (session) => session.browser || "–" },
            { key: "began", title: say("signedInAt"), class: "when", cell: ({ began_at }) => <Time at={began_at} /> },
            { key: "used", title: say("lastUsed"), class: "when", cell: ({ used_at }) => <Time at={used_at} /> },
            {
              key: "end", title: "",
              cell: (session) => session.current
                ? <Badge kind="pass" text={say("thisSession")} />
                : (
                  <button type="button" class="small" aria-label={`${say("endSession")}: ${session.address}`}
                    disabled={action.busy} onClick={() => one(session)}>
                    {say("endSession")}
                  </button>
                ),
            },
          ]} />
        )}
      </Shown>
      <ZoneNote />
    </Page>
  );
}
