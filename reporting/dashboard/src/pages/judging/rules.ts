// The policy's rules and clauses, as people read and choose them.
import type { Policy, PolicyRule } from "centre-api";
import { sortedByName } from "../../core/format";
import { inLanguage, say, sayOr } from "../../core/language";
import type { Choice } from "../../ui/form";

/** Titles of rules name the account or browser that they are about; a list of rules has none. */
export const ruleTitle = (title: string): string => (
  title.replace(/\s*\(?\{instance\}\)?/g, " …").replace(/\s+/g, " ").trim()
);

/** "1a · The password of account … is changed in time" */
const shortTitle = (rule: PolicyRule): string => `${rule.clause} · ${ruleTitle(inLanguage(rule.title))}`;

/** "Clause 1a: The password of account … is changed in time" */
const fullTitle = (rule: PolicyRule): string => (
  `${say("clause", { clause: rule.clause })}: ${ruleTitle(inLanguage(rule.title))}`
);

/** A rule that the policy no longer has is its id. */
export function titleOf(policy: Policy | undefined, id: string, how: "short" | "full"): string {
  const rule = policy?.rules.find((one) => one.id === id);
  if (!rule) return id;
  return how === "short" ? shortTitle(rule) : fullTitle(rule);
}

export function ruleChoices(policy: Policy | undefined, clause = ""): Choice[] {
  const rules = (policy?.rules ?? []).filter((rule) => !clause || rule.clause === clause);
  return rules.map((rule) => [rule.id, shortTitle(rule)]);
}

export function clauseChoices(policy: Policy | undefined): Choice[] {
  const clauses = Object.entries(policy?.clauses ?? {}).map(([clause, text]): Choice => (
    [clause, `${say("clause", { clause })}: ${inLanguage(text)}`]
  ));
  return sortedByName(clauses, ([clause]) => clause);
}

/** "at most {max_saved_credentials}" → "at most 0" */
export function filledIn(text: string, parameters: Record<string, number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

export const parameterText = (name: string): string => sayOr(`param_${name}`, name);
