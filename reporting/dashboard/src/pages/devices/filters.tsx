// The filters above the list of PCs.
import { useEffect, useRef, useState } from "preact/hooks";
import { sortedByName } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { link } from "../../core/router";
import type { Policy, Unit } from "../../core/types";
import { Check, Input, Select, UnitSelect, type Choice } from "../../ui/form";

/** The members of the address that the centre knows as filters. */
export const filterNames = ["q", "unit", "own", "clause", "rule", "verdict", "grave", "status", "version", "include", "sort", "order"];

const typingPause = 250;

/** A text that is passed on when the typing pauses; busy until then. */
export function SearchBox({ label, value, found }: { label: string; value: string; found: (text: string) => void }) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  const typed = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => found(next.trim()), typingPause);
  };
  return <Input class="wide" label={label} type="search" name="q" value={text} set={typed} aria-busy={text.trim() !== value.trim()} spellcheck={false} autocomplete="off" />;
}

/** Titles of rules name the account or browser that they are about; a list of rules has none. */
export const ruleTitle = (title: string): string => title.replace(/\s*\(?\{instance\}\)?/g, " …").replace(/\s+/g, " ").trim();

export function ruleChoices(policy: Policy | undefined, clause = ""): Choice[] {
  return (policy?.rules ?? []).filter((rule) => !clause || rule.clause === clause).map((rule) => [rule.id, `${rule.clause} · ${ruleTitle(inLanguage(rule.title))}`]);
}

export function clauseChoices(policy: Policy | undefined): Choice[] {
  return sortedByName(Object.keys(policy?.clauses ?? {}), (clause) => clause)
    .map((clause) => [clause, `${say("clause", { clause })}: ${inLanguage(policy!.clauses[clause])}`]);
}

export function DeviceFilters(props: {
  filter: Record<string, string>;
  change: (changes: Record<string, string>, typing?: boolean) => void;
  units: Unit[];
  policy: Policy | undefined;
  versions: string[];
  /** Whether units or rules are still on their way. */
  busy: boolean;
}) {
  const { filter, change } = props;
  const any: Choice = ["", say("all")];
  const narrowed = Object.keys(filter).some((name) => name !== "sort" && name !== "order");
  // Asked once: each time, the browser would have to lay out the page to answer.
  const [wide] = useState(() => window.innerWidth > 700);
  const versions = filter.version && !props.versions.includes(filter.version) ? [filter.version, ...props.versions] : props.versions;
  return (
    <details class="filters" open={wide || narrowed}>
      <summary>{say("filters")}</summary>
      <form class="filter-grid" role="search" aria-busy={props.busy} onSubmit={(event) => event.preventDefault()}>
        <SearchBox label={say("searchPc")} value={filter.q ?? ""} found={(q) => change({ q }, true)} />
        <UnitSelect label={say("unit")} value={filter.unit ?? ""} set={(unit) => change(unit ? { unit } : { unit, own: "" })} units={props.units} empty={say("allUnits")} />
        <Select label={say("clauseFilter")} value={filter.clause ?? ""} set={(clause) => change({ clause, rule: "" })} choices={[any, ...clauseChoices(props.policy)]} />
        <Select label={say("rule")} value={filter.rule ?? ""} set={(rule) => change({ rule })} choices={[any, ...ruleChoices(props.policy, filter.clause)]} />
        <Select label={say("verdict")} value={filter.verdict ?? ""} set={(verdict) => change({ verdict })}
          choices={[any, ["fail", say("fail")], ["unknown", say("unknown")], ["waived", say("waived")], ["pass", say("pass")]]} />
        <Select label={say("statusOfPc")} value={filter.status ?? ""} set={(status) => change({ status })}
          choices={[any, ["fail", say("fail")], ["unknown", say("unknown")], ["silent", say("silent")], ["pass", say("pass")]]} />
        <Select label={say("agentVersion")} value={filter.version ?? ""} set={(version) => change({ version })} choices={[any, ...versions.map((version): Choice => [version, version])]} />
        <div class="field bottom">
          {filter.unit && <Check label={say("ownOnly")} checked={filter.own === "true"} set={(on) => change({ own: on ? "true" : "" })} />}
          <Check label={say("graveOnly")} checked={filter.grave === "true"} set={(on) => change({ grave: on ? "true" : "" })} />
          {narrowed && <a href={link(["devices"])}>{say("clearFilters")}</a>}
        </div>
      </form>
    </details>
  );
}
