// Asking many PCs to scan.
import type { Bodies } from "centre-api";
import { send } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { go, link } from "../../core/router";
import { FormDialog } from "../../ui/dialog";

export type ScanTarget = Bodies["POST /scans"];

export function ScanDialog({ target, count, close }: { target: ScanTarget; count: number; close: () => void }) {
  const work = async () => {
    const scan = await send("POST /scans", { body: target });
    go(link(["scans", scan.batch_id]));
  };
  const title = say("scanAskTitle", { count: numberText(count) });
  return (
    <FormDialog title={title} button={say("scanStart")} close={close} work={work}>
      <p>{say("scanAskText")}</p>
    </FormDialog>
  );
}
