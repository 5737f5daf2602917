// The policy in force, changes tried before they are published, and all versions.
import { useState } from "preact/hooks";
import { dayText } from "../../core/format";
import { inLanguage, say, sayOr, type Word } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import type { Policy } from "../../core/types";
import { Notice, Page, Section, Shown, Terms, Time } from "../../ui/basic";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { ruleTitle } from "../devices/filters";
import { DraftTab } from "./policy_draft";

/** "at most {max_saved_credentials}" → "at most 0" */
export function filledIn(text: string, parameters: Record<string, number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

export const parameterText = (name: string): string => sayOr(`param_${name}`, name);

function InForce({ policy }: { policy: Policy }) {
  return (
    <>
      <Section title={say("parameters")}>
        <Terms class="summary" entries={Object.entries(policy.parameters).map(([name, value]) => [parameterText(name), value])} />
      </Section>
      {policy.official_hosts && (
        <Section title={say("officialHosts")} note={say("officialHostsHint")}>
          <p>{policy.official_hosts.map((host) => <><code key={host}>{host}</code>{" "}</>)}</p>
        </Section>
      )}
      {Object.keys(policy.clauses).sort().map((clause) => (
        <Section key={clause} title={`${say("clause", { clause })}: ${inLanguage(policy.clauses[clause])}`}>
          <Table caption={say("clause", { clause })} rows={policy.rules.filter((rule) => rule.clause === clause)} rowKey={(rule) => rule.id} columns={[
            { key: "title", title: say("rule"), head: true, cell: (rule) => ruleTitle(inLanguage(rule.title)) },
            { key: "required", title: say("required"), cell: (rule) => filledIn(inLanguage(rule.required), policy.parameters) },
            { key: "severity", title: say("severity"), cell: (rule) => say(rule.severity) },
            { key: "on", title: say("state"), cell: (rule) => rule.disabled ? <Badge kind="not_applicable" text={say("ruleOff")} /> : say("ruleOn") },
          ]} />
        </Section>
      ))}
    </>
  );
}

interface Version {
  number: number;
  policy_version: string;
  created_by: string;
  created_at: string | null;
  reason: string;
  rejudged: boolean;
  in_force: boolean;
}

function Versions() {
  const list = useLoaded<{ versions: Version[]; judging?: { devices: number; day: string | null } }>("/policy/versions");
  return (
    <Shown of={list}>
      {({ versions, judging }) => (
        <>
        {judging && judging.devices > 0 && <Notice kind="plain">{say("judgingDevices", { count: judging.devices })}</Notice>}
        {judging?.day && <Notice kind="plain">{say("judgingHistory", { day: dayText(judging.day) })}</Notice>}
        <Table caption={say("versionsCaption")} rows={versions} rowKey={(version) => version.number} columns={[
          { key: "number", title: say("number"), numeric: true, cell: (version) => version.number },
          { key: "version", title: say("version"), head: true, cell: (version) => <>{version.policy_version} {version.in_force && <Badge kind="pass" text={say("inForce")} />}</> },
          { key: "at", title: say("publishedAt"), class: "nowrap", cell: (version) => version.number === 1 ? say("builtIn") : <Time at={version.created_at} /> },
          { key: "by", title: say("publishedBy"), cell: (version) => version.created_by },
          { key: "reason", title: say("reason"), cell: (version) => version.reason },
          { key: "rejudged", title: say("rejudged"), cell: (version) => say(version.rejudged ? "yes" : "no") },
        ]} />
        </>
      )}
    </Shown>
  );
}

export function PolicyPage({ tab }: { tab: string }) {
  const loaded = useLoaded<Policy>("/policy");
  const mayChange = useMay("administer");
  const [published, setPublished] = useState(false);
  const tabs = mayChange ? ["inForce", "draft", "versions"] : ["inForce", "versions"];
  const shown = tabs.includes(tab) ? tab : "inForce";
  return (
    <Page title={say("policy")} lead={loaded.data && `${inLanguage(loaded.data.title)}. ${say("policyInForce", { version: loaded.data.version })}`}>
      <nav class="tabs" aria-label={say("policy")}>
        {tabs.map((name) => <a key={name} href={link(name === "inForce" ? ["policy"] : ["policy", name])} aria-current={name === shown ? "page" : undefined}>{say(`tab_${name}` as Word)}</a>)}
      </nav>
      {published && <Notice>{say("published")}</Notice>}
      {shown === "versions" ? <Versions /> : (
        <Shown of={loaded}>
          {(policy) => shown === "draft"
            ? <DraftTab key={policy.version} policy={policy} published={() => { setPublished(true); loaded.reload(); }} />
            : <InForce policy={policy} />}
        </Shown>
      )}
    </Page>
  );
}
