// The filters above the list of PCs.
import type { DeviceFilter, Policy, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { say } from "../../core/language";
import { link, type Route } from "../../core/router";
import { Check, Select, UnitSelect, type Choice } from "../../ui/form";
import { SearchBox } from "../../ui/search_box";
import { clauseChoices, ruleChoices } from "../judging/rules";

/** What the centre filters and sorts by, as it stands in the address. */
const filterNames = [
  "q", "unit", "own", "clause", "rule", "verdict", "grave", "status", "version", "include", "sort", "order",
] as const;
export type Filter = Partial<Record<(typeof filterNames)[number], string>>;

/** Of the address; without paging. */
export function filterOf(route: Route): Filter {
  const filter: Filter = {};
  for (const name of filterNames) {
    const value = route.query.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

/** The same without order, as a scan takes it. */
export function scanFilter({ sort: _sort, order: _order, unit, own, grave, ...texts }: Filter): DeviceFilter {
  return {
    ...texts as DeviceFilter,
    ...(unit ? { unit: Number(unit) } : {}),
    ...(own ? { own: own === "true" } : {}),
    ...(grave ? { grave: grave === "true" } : {}),
  };
}

const verdicts = ["fail", "unknown", "waived", "pass"] as const;
const statuses = ["fail", "unknown", "silent", "pass"] as const;

export function DeviceFilters(props: {
  filter: Filter;
  change: (changes: Filter, typing?: boolean) => void;
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
  const unlisted = filter.version && !props.versions.includes(filter.version) ? [filter.version] : [];
  const versions = [...unlisted, ...props.versions];
  return (
    <details class="filters" open={wide || narrowed}>
      <summary>{say("filters")}</summary>
      <form class="filter-grid" role="search" aria-busy={props.busy} onSubmit={(event) => event.preventDefault()}>
        <SearchBox label={say("searchPc")} value={filter.q ?? ""} found={(q) => change({ q }, true)} />
        <UnitSelect label={say("unit")} value={filter.unit ?? ""} units={props.units} empty={say("allUnits")}
          set={(unit) => change(unit ? { unit } : { unit, own: "" })} />
        <Select label={say("clauseFilter")} value={filter.clause ?? ""} choices={[any, ...clauseChoices(props.policy)]}
          set={(clause) => change({ clause, rule: "" })} />
        <Select label={say("rule")} value={filter.rule ?? ""} set={(rule) => change({ rule })}
          choices={[any, ...ruleChoices(props.policy, filter.clause)]} />
        <Select label={say("verdict")} value={filter.verdict ?? ""} set={(verdict) => change({ verdict })}
          choices={[any, ...verdicts.map((word): Choice => [word, say(word)])]} />
        <Select label={say("statusOfPc")} value={filter.status ?? ""} set={(status) => change({ status })}
          choices={[any, ...statuses.map((word): Choice => [word, say(word)])]} />
        <Select label={say("agentVersion")} value={filter.version ?? ""} set={(version) => change({ version })}
          choices={[any, ...versions.map((version): Choice => [version, version])]} />
        <div class="field bottom">
          {filter.unit && (
            <Check label={say("ownOnly")} checked={filter.own === "true"}
              set={(on) => change({ own: on ? "true" : "" })} />
          )}
          <Check label={say("graveOnly")} checked={filter.grave === "true"}
            set={(on) => change({ grave: on ? "true" : "" })} />
          {narrowed && <a href={link(["devices"])}>{say("clearFilters")}</a>}
        </div>
      </form>
    </details>
  );
}
