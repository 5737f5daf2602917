// A PC's verdicts by clause: what needs action with its remedy, the rest in a small table.
import { useState } from "preact/hooks";
import { dayText, sortedByName } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { useMay } from "../../core/session";
import type { DeviceDetails, Policy, Verdict } from "../../core/types";
import { Empty, Terms, Time } from "../../ui/basic";
import { InPortions } from "../../ui/portions";
import { Badge, verdictKind } from "../../ui/status";
import { Table } from "../../ui/table";
import { WaiverDialog } from "./waiver_dialog";

const order: Record<string, number> = { fail: 0, unknown: 1, waived: 2, pass: 3, not_applicable: 4 };
const gravity: Record<string, number> = { grave: 0, violation: 1, advice: 2 };

/** Clauses in their own order; within one, what needs action comes first. */
export function byClause(verdicts: Verdict[]): [string, Verdict[]][] {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) groups.set(verdict.clause, [...(groups.get(verdict.clause) ?? []), verdict]);
  for (const list of groups.values()) {
    list.sort((a, b) => order[verdictKind(a)] - order[verdictKind(b)] || gravity[a.severity] - gravity[b.severity]);
  }
  return sortedByName([...groups], ([clause]) => clause);
}

/** Most titles name their subject; then it is not said twice. */
function Instance({ verdict }: { verdict: Verdict }) {
  if (!verdict.instance || inLanguage(verdict.title).includes(verdict.instance)) return null;
  return <span class="instance">{verdict.instance}</span>;
}

function WaiverNote({ verdict }: { verdict: Verdict }) {
  if (!verdict.waiver) return null;
  return <p class="waiver-note">{say("waiverUntil", { day: dayText(verdict.waiver.ends_on), reason: verdict.waiver.reason, by: verdict.waiver.approved_by })}</p>;
}

function VerdictCard({ verdict, waive }: { verdict: Verdict; waive?: () => void }) {
  const kind = verdictKind(verdict);
  return (
    <article class={`verdict ${kind} ${verdict.severity}`}>
      <div class="verdict-status">
        <Badge kind={kind} />
        {/* "Violation" under a rule that is kept would read as if it were not. */}
        <span class="severity">{say(verdict.severity)}</span>
        {waive && kind === "fail" && <button type="button" class="small" onClick={waive}>{say("waiveThis")}</button>}
      </div>
      <div>
        <h3>{inLanguage(verdict.title)}</h3>
        <Instance verdict={verdict} />
        <WaiverNote verdict={verdict} />
        <Terms entries={[
          [say("observed"), inLanguage(verdict.observed_text)],
          [say("required"), inLanguage(verdict.required)],
          [say("since"), <Time at={verdict.since} />],
          [say("remedy"), kind === "pass" ? "" : inLanguage(verdict.remedy)],
        ]} />
      </div>
    </article>
  );
}

// As many as a slow PC makes without a pause that is felt.
const cardsAtOnce = 5;

export function RulesTab({ device, renew }: { device: DeviceDetails; renew: () => void }) {
  const policy = useLoaded<Policy>("/policy");
  const [waiving, setWaiving] = useState<Verdict | null>(null);
  const mayWaive = useMay("administer") && !device.revoked;
  if (!device.report) return <Empty title={say("noReport")} />;
  return (
    <>
      <InPortions of={1} busy={policy.loading}>{byClause(device.verdicts).map(([clause, verdicts]) => {
        const open = verdicts.filter((verdict) => order[verdictKind(verdict)] < order.pass);
        const rest = verdicts.filter((verdict) => order[verdictKind(verdict)] >= order.pass);
        const wording = policy.data?.clauses[clause];
        return (
          <section class="section" key={clause}>
            <h2>{say("clause", { clause })}{wording && <small>{inLanguage(wording)}</small>}</h2>
            <InPortions of={cardsAtOnce}>
              {open.map((verdict) => <VerdictCard key={`${verdict.rule} ${verdict.instance}`} verdict={verdict} waive={mayWaive ? () => setWaiving(verdict) : undefined} />)}
            </InPortions>
            {rest.length > 0 && (
              <Table caption={say("othersCaption", { clause })} rows={rest} rowKey={(verdict) => `${verdict.rule} ${verdict.instance}`} columns={[
                { key: "status", title: say("status"), class: "status-cell", cell: (verdict) => <Badge kind={verdict.status} /> },
                { key: "rule", title: say("rule"), head: true, cell: (verdict) => <>{inLanguage(verdict.title)}<Instance verdict={verdict} /></> },
                { key: "observed", title: say("observed"), cell: (verdict) => inLanguage(verdict.observed_text) },
                { key: "required", title: say("required"), cell: (verdict) => inLanguage(verdict.required) },
                { key: "since", title: say("since"), class: "when", cell: (verdict) => <Time at={verdict.since} /> },
              ]} />
            )}
          </section>
        );
      })}</InPortions>
      {waiving && <WaiverDialog close={() => setWaiving(null)} done={renew} rule={waiving.rule} instance={waiving.instance} device={device} policy={policy.data} units={[]} />}
    </>
  );
}
