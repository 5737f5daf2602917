// What to do next: the most urgent first, each with the list behind it.
import type { Overview } from "centre-api";
import type { ComponentChildren } from "preact";
import { address } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { Section } from "../../ui/basic";

interface Step {
  text: string;
  href: string;
}

interface Worst {
  clause: string;
  count: number;
  unit: string;
  unit_id: number;
  most: number;
}

/** The clause that most PCs fail, and the unit with the most of them. */
export function worstClause(overview: Overview): Worst | null {
  let worst: Worst | null = null;
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

const soon = 30;

/** What the registers say: they may be empty or not kept; then nothing is said of them. */
function useRegisterSteps(unit: number | null): { steps: Step[]; loading: boolean } {
  const accounts = useLoaded(address("GET /web-accounts", { query: { unit, limit: 1 } }));
  const licences = useLoaded(address("GET /licences"));
  const { overdue = 0, unused = 0 } = accounts.data?.counts ?? {};
  const ending = (licences.data?.licences ?? []).filter((licence) => licence.days_left <= soon).length;
  const counted: [number, "step_overdue" | "step_unused" | "step_licence", string][] = [
    [overdue, "step_overdue", link(["web-accounts"], { unit, problem: "overdue" })],
    [unused, "step_unused", link(["web-accounts"], { unit, problem: "unused" })],
    [ending, "step_licence", "#/licences"],
  ];
  const steps = counted.filter(([count]) => count > 0)
    .map(([count, word, href]) => ({ text: say(word, { count: numberText(count) }), href }));
  return { steps, loading: accounts.loading || licences.loading };
}

function worstStep(overview: Overview): Step[] {
  const worst = worstClause(overview);
  if (!worst) return [];
  const { clause, count, unit, unit_id, most } = worst;
  const text = say("step_clause", { clause, count: numberText(count), unit, most: numberText(most) });
  return [{ text, href: link(["devices"], { unit: unit_id, clause, verdict: "fail" }) }];
}

export function NextSteps({ overview }: { overview: Overview }): ComponentChildren {
  const { unit_id: unit, silent, unknown } = overview;
  const mayEnrol = useMay("administer");
  const grave = useLoaded(address("GET /devices", { query: { unit, grave: true, limit: 1 } }));
  const registers = useRegisterSteps(unit);
  const devices = (filter: Record<string, string | boolean>) => link(["devices"], { unit, ...filter });
  const graveCount = grave.data?.total ?? 0;

  const steps: Step[] = [];
  if (overview.devices === 0 && mayEnrol) steps.push({ text: say("step_enrol"), href: "#/enrolment" });
  if (graveCount > 0) {
    steps.push({ text: say("step_grave", { count: numberText(graveCount) }), href: devices({ grave: true }) });
  }
  steps.push(...worstStep(overview));
  if (silent > 0) {
    const text = say("step_silent", { count: numberText(silent), days: overview.silent_after_days });
    steps.push({ text, href: devices({ status: "silent" }) });
  }
  if (unknown > 0) {
    steps.push({ text: say("step_unknown", { count: numberText(unknown) }), href: devices({ status: "unknown" }) });
  }
  steps.push(...registers.steps);

  return (
    <Section title={say("nextSteps")} busy={grave.loading || registers.loading}>
      {steps.length === 0 ? <p>{say("step_nothing")}</p> : (
        <ol class="steps">
          {steps.map(({ text, href }) => (
            <li key={href}>{text} <a href={href} aria-label={`${say("step_open")}: ${text}`}>{say("step_open")}</a></li>
          ))}
        </ol>
      )}
    </Section>
  );
}
