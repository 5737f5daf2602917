// What to do next: the most urgent first, each with the list behind it.
import type { ComponentChildren } from "preact";
import { withQuery } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import type { DeviceList, Overview } from "../../core/types";
import { Section } from "../../ui/basic";

interface Step {
  text: string;
  href: string;
}

/** The clause that most PCs fail, and the unit with the most of them. */
export function worstClause(overview: Overview): { clause: string; count: number; unit: string; unit_id: number; most: number } | null {
  let worst: ReturnType<typeof worstClause> = null;
  for (const { clause } of overview.clauses) {
    let count = 0;
    let top = { name: "", id: 0, fail: 0 };
    for (const row of overview.heat) {
      const fail = row.cells[clause]?.fail ?? 0;
      count += fail;
      if (fail > top.fail) top = { name: row.name, id: row.unit_id, fail };
    }
    if (count > (worst?.count ?? 0)) worst = { clause, count, unit: top.name, unit_id: top.id, most: top.fail };
  }
  return worst;
}

export function NextSteps({ overview }: { overview: Overview }): ComponentChildren {
  const unit = overview.unit_id;
  const mayEnrol = useMay("administer");
  const grave = useLoaded<DeviceList>(withQuery("/devices", { unit, grave: true, limit: 1 }));
  // These registers may be empty or not kept; then nothing is said of them.
  const accounts = useLoaded<{ counts?: Record<string, number> }>(withQuery("/web-accounts", { unit, limit: 1 }));
  const licences = useLoaded<{ licences: { days_left: number | null }[] }>("/licences");

  const steps: Step[] = [];
  const add = (count: number | undefined, text: (count: string) => string, href: string) => {
    if (count && count > 0) steps.push({ text: text(numberText(count)), href });
  };
  if (overview.devices === 0 && mayEnrol) steps.push({ text: say("step_enrol"), href: "#/enrolment" });
  add(grave.data?.total, (count) => say("step_grave", { count }), link(["devices"], { unit, grave: true }));
  const worst = worstClause(overview);
  if (worst) {
    steps.push({
      text: say("step_clause", { clause: worst.clause, count: numberText(worst.count), unit: worst.unit, most: numberText(worst.most) }),
      href: link(["devices"], { unit: worst.unit_id, clause: worst.clause, verdict: "fail" }),
    });
  }
  add(overview.silent, (count) => say("step_silent", { count, days: overview.silent_after_days }), link(["devices"], { unit, status: "silent" }));
  add(overview.unknown, (count) => say("step_unknown", { count }), link(["devices"], { unit, status: "unknown" }));
  add(accounts.data?.counts?.overdue, (count) => say("step_overdue", { count }), link(["web-accounts"], { unit, problem: "overdue" }));
  add(accounts.data?.counts?.unused, (count) => say("step_unused", { count }), link(["web-accounts"], { unit, problem: "unused" }));
  const ending = licences.data?.licences?.filter((licence) => licence.days_left !== null && licence.days_left <= 30).length;
  add(ending, (count) => say("step_licence", { count }), "#/licences");

  return (
    <Section title={say("nextSteps")} busy={[grave, accounts, licences].some(({ loading }) => loading)}>
      {steps.length === 0 ? <p>{say("step_nothing")}</p> : (
        <ol class="steps">{steps.map((step) => <li key={step.href}>{step.text} <a href={step.href} aria-label={`${say("step_open")}: ${step.text}`}>{say("step_open")}</a></li>)}</ol>
      )}
    </Section>
  );
}
