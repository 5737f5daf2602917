// A PC's verdicts by clause: what needs action with its remedy, the rest in a small table.
import type { DeviceDetails, JudgedRule, Policy, Severity, Verdict } from "centre-api";
import { useState } from "preact/hooks";
import { address } from "../../core/api";
import { dayText, sortedByName } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { useMay } from "../../core/session";
import { Empty, Terms, Time } from "../../ui/basic";
import { InPortions } from "../../ui/portions";
import { Badge, verdictKind } from "../../ui/status";
import { Table } from "../../ui/table";
import { WaiverDialog } from "./waiver_dialog";

const order = { fail: 0, unknown: 1, waived: 2, pass: 3, not_applicable: 4 };
const gravity: Record<Severity, number> = { grave: 0, violation: 1, advice: 2 };

const needsAction = (verdict: Verdict): boolean => order[verdictKind(verdict)] < order.pass;

/** Clauses in their own order; within one, what needs action comes first. */
export function byClause<Judged extends JudgedRule>(verdicts: Judged[]): [string, Judged[]][] {
  const groups = new Map<string, Judged[]>();
  for (const verdict of verdicts) groups.set(verdict.clause, [...(groups.get(verdict.clause) ?? []), verdict]);
  for (const list of groups.values()) {
    list.sort((a, b) => order[verdictKind(a)] - order[verdictKind(b)] || gravity[a.severity] - gravity[b.severity]);
  }
  return sortedByName([...groups], ([clause]) => clause);
}

const keyOf = (verdict: Verdict): string => `${verdict.rule} ${verdict.instance}`;

/** Most titles name their subject; then it is not said twice. */
function Instance({ verdict }: { verdict: Verdict }) {
  const subject = inLanguage(verdict.subject);
  if (!subject || inLanguage(verdict.title).includes(subject)) return null;
  return <span class="instance">{subject}</span>;
}

function WaiverNote({ verdict: { waiver } }: { verdict: Verdict }) {
  if (!waiver) return null;
  const { ends_on, reason, approved_by } = waiver;
  return <p class="waiver-note">{say("waiverUntil", { day: dayText(ends_on), reason, by: approved_by })}</p>;
}

function VerdictCard({ verdict, waive }: { verdict: Verdict; waive?: () => void }) {
  const kind = verdictKind(verdict);
  return (
    <article class={`verdict ${kind} ${verdict.severity}`}>
      <div class="verdict-status">
        <Badge kind={kind} />
        {/* "Violation" under a rule that is kept would read as if it were not. */}
        <span class="severity">{say(verdict.severity)}</span>
        {waive && kind === "fail" && (
          <button type="button" class="small" onClick={waive}>{say("waiveThis")}</button>
        )}
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

function OtherVerdicts({ clause, verdicts }: { clause: string; verdicts: Verdict[] }) {
  if (verdicts.length === 0) return null;
  return (
    <Table caption={say("othersCaption", { clause })} rows={verdicts} rowKey={keyOf} columns={[
      {
        key: "status", title: say("status"), class: "status-cell",
        cell: (verdict) => <Badge kind={verdict.status} />,
      },
      {
        key: "rule", title: say("rule"), head: true,
        cell: (verdict) => <>{inLanguage(verdict.title)}<Instance verdict={verdict} /></>,
      },
      { key: "observed", title: say("observed"), cell: (verdict) => inLanguage(verdict.observed_text) },
      { key: "required", title: say("required"), cell: (verdict) => inLanguage(verdict.required) },
      { key: "since", title: say("since"), class: "when", cell: (verdict) => <Time at={verdict.since} /> },
    ]} />
  );
}

// As many as a slow PC makes without a pause that is felt.
const cardsAtOnce = 5;

function ClauseSection({ clause, verdicts, policy, waive }: {
  clause: string;
  verdicts: Verdict[];
  policy: Policy | undefined;
  waive?: (verdict: Verdict) => void;
}) {
  const wording = policy?.clauses[clause];
  return (
    <section class="section">
      <h2>{say("clause", { clause })}{wording && <small>{inLanguage(wording)}</small>}</h2>
      <InPortions of={cardsAtOnce}>
        {verdicts.filter(needsAction).map((verdict) => (
          <VerdictCard key={keyOf(verdict)} verdict={verdict} waive={waive && (() => waive(verdict))} />
        ))}
      </InPortions>
      <OtherVerdicts clause={clause} verdicts={verdicts.filter((verdict) => !needsAction(verdict))} />
    </section>
  );
}

export function RulesTab({ device, renew }: { device: DeviceDetails; renew: () => void }) {
  const policy = useLoaded(address("GET /policy"));
  const [waiving, setWaiving] = useState<Verdict | null>(null);
  const mayWaive = useMay("administer") && !device.revoked;
  if (!device.report) return <Empty title={say("noReport")} />;
  return (
    <>
      <InPortions of={1} busy={policy.loading}>
        {byClause(device.verdicts).map(([clause, verdicts]) => (
          <ClauseSection key={clause} clause={clause} verdicts={verdicts} policy={policy.data}
            waive={mayWaive ? setWaiving : undefined} />
        ))}
      </InPortions>
      {waiving && (
        <WaiverDialog close={() => setWaiving(null)} done={renew} rule={waiving.rule} instance={waiving.instance}
          device={device} policy={policy.data} units={[]} />
      )}
    </>
  );
}
