// Asking one PC to scan.
import type { DeviceDetails } from "centre-api";
import { useEffect, useState } from "preact/hooks";
import { send } from "../../core/api";
import { say } from "../../core/language";
import { useAction } from "../../core/load";
import { useScan } from "../../core/scan_events";
import { announce, ErrorNote } from "../../ui/basic";
import { scanText } from "./scan";

/** Asks the PC to scan and tells how that goes; `done` is called when the new report is there. */
export function ScanNow({ device, done }: { device: DeviceDetails; done: () => void }) {
  const [batch, setBatch] = useState<string | null>(null);
  const action = useAction();
  const { scan, error } = useScan(batch);
  const first = scan?.devices[0];
  const finished = scan?.finished ?? false;
  const text = first ? scanText(first) : "";
  useEffect(() => {
    if (scan && finished && scan.done > 0) done();
  }, [finished]);
  useEffect(() => announce(text), [text]);
  const ask = () => action.run(async () => {
    const asked = await send("POST /scans", { body: { devices: [device.device_id] } });
    setBatch(asked.batch_id);
  });
  const waits = batch !== null && !finished && !error && first?.state !== "offline";
  return (
    <div class="scan">
      <button type="button" class="main" id="scan-now" disabled={action.busy || waits} onClick={ask}>
        {say("scanNow")}
      </button>
      {text && <span class="scan-text">{text}</span>}
      {waits && first && first.count > 0 && (
        <progress max={first.count} value={first.position} aria-label={say("scanProgress")} />
      )}
      <ErrorNote error={action.error ?? error} />
    </div>
  );
}
