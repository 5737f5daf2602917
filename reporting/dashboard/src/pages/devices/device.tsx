// One PC, under several headings.
import type { DeviceDetails } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { numberText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { announce, Page, Shown, Terms, Time, ZoneNote } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input } from "../../ui/form";
import { DeviceBadge } from "../../ui/status";
import { CommandsTab } from "../commands/device_commands";
import { ScanNow } from "../commands/scan_now";
import { ChangesTab } from "../history/changes";
import { RulesTab } from "../judging/verdicts";
import { NotesTab } from "../notes/notes";
import { FactsTab } from "./facts";
import { IdentityTab } from "./identity";
import { MoveDialog } from "./move";
import { PcNotices } from "./notices";
import { ReportsTab } from "./reports";

const tabs = ["rules", "facts", "changes", "reports", "commands", "notes", "identity"] as const;
type Tab = (typeof tabs)[number];

function RevokeDialog({ device, close, done }: { device: DeviceDetails; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const work = async () => {
    await send("POST /devices/{device_id}/revoke", { ids: { device_id: device.device_id }, body: { reason } });
    announce(say("revokeDone"));
    done();
  };
  const title = say("revokeTitle", { name: device.host_name });
  return (
    <FormDialog title={title} button={say("revoke")} close={close} work={work} danger>
      <p>{say("revokeText")}</p>
      <Input label={say("reason")} value={reason} set={setReason} required maxLength={500} />
    </FormDialog>
  );
}

function Summary({ device }: { device: DeviceDetails }) {
  return (
    <Terms class="summary" entries={[
      [say("unit"), <a href={link(["units", device.unit_id])}>{pathText(device.unit)}</a>],
      [say("cardOwner"), device.card.owner],
      [say("cardRoom"), device.card.room],
      [say("cardTelephone"), device.card.telephone],
      [say("lastSeen"), <Time at={device.last_seen_at} />],
      [say("reportTaken"), device.report && <Time at={device.report.taken_at} />],
      [say("confirmed"), device.confirmed_at && <Time at={device.confirmed_at} />],
      [say("judged"), device.judged_at && <Time at={device.judged_at} />],
      [say("policyVersion"), device.policy.version && `${device.policy.id} ${device.policy.version}`],
      [say("agentVersion"), device.agent_version],
      [say("waitingReports"), device.outbox_depth > 0 ? device.outbox_depth : ""],
    ]} />
  );
}

function Tabs({ id, shown, notes }: { id: string; shown: Tab; notes: number }) {
  return (
    <nav class="tabs" aria-label={say("aboutPc")}>
      {tabs.map((name) => (
        <a key={name} href={link(name === "rules" ? ["devices", id] : ["devices", id, name])}
          aria-current={name === shown ? "page" : undefined}>
          {say(`tab_${name}`)}{name === "notes" && notes > 0 && ` (${numberText(notes)})`}
        </a>
      ))}
    </nav>
  );
}

function TabContent({ tab, device, renew }: { tab: Tab; device: DeviceDetails; renew: () => void }) {
  const id = device.device_id;
  switch (tab) {
    case "rules": return <RulesTab device={device} renew={renew} />;
    case "facts": return <FactsTab device={device} />;
    case "changes": return <ChangesTab id={id} />;
    case "reports": return <ReportsTab id={id} />;
    case "commands": return <CommandsTab id={id} />;
    case "notes": return <NotesTab device={device} renew={renew} />;
    case "identity": return <IdentityTab device={device} />;
  }
}

export function DevicePage({ id, tab }: { id: string; tab: string }) {
  const loaded = useLoaded(address("GET /devices/{device_id}", { ids: { device_id: id } }));
  const [asked, setAsked] = useState<"move" | "revoke" | null>(null);
  const mayScan = useMay("scan");
  const mayChange = useMay("administer");
  const units = useLoaded(mayChange ? address("GET /units") : null);
  const device = loaded.data;
  const shown = tabs.find((name) => name === tab) ?? "rules";
  const crumbs = [{ text: say("devices"), href: link(["devices"]) }];
  if (device) crumbs.push({ text: pathText(device.unit), href: link(["units", device.unit_id]) });
  const close = () => setAsked(null);
  return (
    <Page title={device?.host_name ?? say("aboutPc")} crumbs={crumbs} badge={device && <DeviceBadge device={device} />}
      actions={device && !device.revoked && mayChange && (
        <>
          <button type="button" onClick={() => setAsked("move")}>{say("moveChosen")}</button>
          <button type="button" class="danger-quiet" onClick={() => setAsked("revoke")}>{say("revoke")}</button>
        </>
      )}>
      <Shown of={loaded}>
        {(data) => (
          <>
            {mayScan && !data.revoked && <ScanNow device={data} done={loaded.reload} />}
            <Summary device={data} />
            <PcNotices notices={data.notices} done={loaded.reload} />
            <Tabs id={id} shown={shown} notes={data.note_count} />
            <TabContent tab={shown} device={data} renew={loaded.reload} />
            <ZoneNote />
          </>
        )}
      </Shown>
      {asked === "move" && (
        <MoveDialog devices={[id]} units={units.data?.units ?? []} close={close} moved={loaded.reload} />
      )}
      {asked === "revoke" && device && <RevokeDialog device={device} close={close} done={loaded.reload} />}
    </Page>
  );
}
