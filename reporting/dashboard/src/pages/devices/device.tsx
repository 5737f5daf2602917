// One PC, under several headings.
import { useEffect, useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say, type Word } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useScan } from "../../core/scan_events";
import { useMay } from "../../core/session";
import type { DeviceDetails, Scan, Unit } from "../../core/types";
import { announce, ErrorNote, Page, Shown, Terms, Time, ZoneNote } from "../../ui/basic";
import { FormDialog, Input } from "../../ui/form";
import { DeviceBadge } from "../../ui/status";
import { FactsTab } from "./facts";
import { ChangesTab, CommandsTab, IdentityTab, ReportsTab } from "../history/changes";
import { RulesTab } from "../judging/verdicts";
import { MoveDialog } from "./move";
import { scanText } from "../commands/scan";

const tabs = ["rules", "facts", "changes", "reports", "commands", "identity"] as const;

/** Asks the PC to scan and tells how that goes; the new report is shown at once. */
function ScanNow({ device, done }: { device: DeviceDetails; done: () => void }) {
  const [batch, setBatch] = useState<string | null>(null);
  const action = useAction();
  const { scan, error } = useScan(batch);
  const finished = scan?.finished ?? false;
  const text = scan?.devices?.[0] ? scanText(scan.devices[0]) : "";
  useEffect(() => {
    if (finished && scan!.done > 0) done();
  }, [finished]);
  useEffect(() => announce(text), [text]);
  const ask = () => action.run(async () => setBatch((await send<Scan>("POST", "/scans", { devices: [device.device_id] })).batch_id));
  const first = scan?.devices?.[0];
  const waits = batch !== null && !finished && !error && first?.state !== "offline";
  return (
    <div class="scan">
      <button type="button" class="main" id="scan-now" disabled={action.busy || waits} onClick={ask}>{say("scanNow")}</button>
      {text && <span class="scan-text">{text}</span>}
      {waits && first && first.count > 0 && <progress max={first.count} value={first.position} aria-label={say("scanProgress")} />}
      <ErrorNote error={action.error ?? error} />
    </div>
  );
}

function RevokeDialog({ device, close, done }: { device: DeviceDetails; close: () => void; done: () => void }) {
  const [reason, setReason] = useState("");
  const action = useAction();
  const work = async () => {
    await send("POST", `/devices/${encodeURIComponent(device.device_id)}/revoke`, { reason });
    announce(say("revokeDone"));
    done();
  };
  return (
    <FormDialog title={say("revokeTitle", { name: device.host_name })} button={say("revoke")} close={close} action={action} work={work} danger>
      <p>{say("revokeText")}</p>
      <Input label={say("reason")} value={reason} set={setReason} required maxLength={500} />
    </FormDialog>
  );
}

function Summary({ device }: { device: DeviceDetails }) {
  return (
    <Terms class="summary" entries={[
      [say("unit"), <a href={link(["units", device.unit_id])}>{pathText(device.unit)}</a>],
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

export function DevicePage({ id, tab }: { id: string; tab: string }) {
  const loaded = useLoaded<DeviceDetails>(`/devices/${encodeURIComponent(id)}`);
  const [asked, setAsked] = useState<"move" | "revoke" | null>(null);
  const mayScan = useMay("scan");
  const mayChange = useMay("administer");
  const units = useLoaded<{ units: Unit[] }>(mayChange ? "/units" : null);
  const device = loaded.data;
  const shown = tabs.find((name) => name === tab) ?? "rules";
  const crumbs = [{ text: say("devices"), href: link(["devices"]) }];
  if (device) crumbs.push({ text: pathText(device.unit), href: link(["units", device.unit_id]) });
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
            <nav class="tabs" aria-label={say("aboutPc")}>
              {tabs.map((name) => (
                <a key={name} href={link(name === "rules" ? ["devices", id] : ["devices", id, name])} aria-current={name === shown ? "page" : undefined}>{say(`tab_${name}` as Word)}</a>
              ))}
            </nav>
            {shown === "rules" && <RulesTab device={data} renew={loaded.reload} />}
            {shown === "facts" && <FactsTab device={data} />}
            {shown === "changes" && <ChangesTab id={id} />}
            {shown === "reports" && <ReportsTab id={id} />}
            {shown === "commands" && <CommandsTab id={id} />}
            {shown === "identity" && <IdentityTab device={data} />}
            <ZoneNote />
          </>
        )}
      </Shown>
      {asked === "move" && <MoveDialog devices={[id]} units={units.data?.units ?? []} close={() => setAsked(null)} moved={loaded.reload} />}
      {asked === "revoke" && device && <RevokeDialog device={device} close={() => setAsked(null)} done={loaded.reload} />}
    </Page>
  );
}
