// Changes of verdicts.
import type { VerdictChange } from "centre-api";
import { address } from "../../core/api";
import { pathText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { Empty, Shown, Time } from "../../ui/basic";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

/** Where a verdict came from or went to; nothing when its subject is new or gone. */
function Turn({ status, from }: { status: string; from: boolean }) {
  return status ? <Badge kind={status} /> : <span class="dim">{say(from ? "newStatus" : "goneStatus")}</span>;
}

const ruleOf = (change: VerdictChange): string => (
  `${say("clause", { clause: change.clause })}: ${inLanguage(change.title)}`
);
const keyOf = (change: VerdictChange): string => (
  `${change.at} ${change.device_id} ${change.rule} ${change.instance}`
);

/** Of many PCs, the newest. */
export function ChangeList({ changes, none }: { changes: VerdictChange[]; none: string }) {
  if (changes.length === 0) return <p class="dim">{none}</p>;
  return (
    <ul class="changes">
      {changes.map((change) => (
        <li key={keyOf(change)}>
          <div>
            <a href={link(["devices", change.device_id])}>{change.host_name}</a>{" "}
            <span class="dim" title={pathText(change.unit)}>{change.unit.split("/").slice(-2).join(" / ")}</span>
          </div>
          <div>{ruleOf(change)}</div>
          <div class="turn">
            <Turn status={change.from} from /> <span aria-hidden="true">→</span>
            {" "}<Turn status={change.to} from={false} />
            {" "}<span class="dim"><Time at={change.at} /></span>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Of one PC. */
export function ChangesTab({ id }: { id: string }) {
  const ids = { device_id: id };
  const list = useLoaded(address("GET /devices/{device_id}/changes", { ids, query: { limit: 200 } }));
  return (
    <Shown of={list}>
      {({ changes }) => changes.length === 0 ? <Empty title={say("noChanges")} /> : (
        <Table caption={say("changesCaption")} rows={changes} rowKey={keyOf} columns={[
          { key: "at", title: say("date"), class: "when", cell: (change) => <Time at={change.at} /> },
          { key: "rule", title: say("rule"), head: true, cell: ruleOf },
          { key: "instance", title: say("instance"), cell: (change) => inLanguage(change.subject) },
          { key: "from", title: say("from"), cell: (change) => <Turn status={change.from} from /> },
          { key: "to", title: say("to"), cell: (change) => <Turn status={change.to} from={false} /> },
        ]} />
      )}
    </Shown>
  );
}
