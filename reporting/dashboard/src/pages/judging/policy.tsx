// The policy in force, changes tried before they are published, and all versions.
import type { Policy, PolicyRule, PolicyVersion } from "centre-api";
import { useState } from "preact/hooks";
import { address } from "../../core/api";
import { dayText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { Notice, Page, Section, Shown, Terms, Time } from "../../ui/basic";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";
import { DraftTab } from "./policy_draft";
import { filledIn, parameterText, ruleTitle } from "./rules";

function RuleState({ rule }: { rule: PolicyRule }) {
  return rule.disabled ? <Badge kind="not_applicable" text={say("ruleOff")} /> : <>{say("ruleOn")}</>;
}

function ClauseSection({ policy, clause }: { policy: Policy; clause: string }) {
  const name = say("clause", { clause });
  const rules = policy.rules.filter((rule) => rule.clause === clause);
  return (
    <Section title={`${name}: ${inLanguage(policy.clauses[clause])}`}>
      <Table caption={name} rows={rules} rowKey={(rule) => rule.id} columns={[
        { key: "title", title: say("rule"), head: true, cell: (rule) => ruleTitle(inLanguage(rule.title)) },
        {
          key: "required", title: say("required"),
          cell: (rule) => filledIn(inLanguage(rule.required), policy.parameters),
        },
        { key: "severity", title: say("severity"), cell: (rule) => say(rule.severity) },
        { key: "on", title: say("state"), cell: (rule) => <RuleState rule={rule} /> },
      ]} />
    </Section>
  );
}

function InForce({ policy }: { policy: Policy }) {
  const parameters = Object.entries(policy.parameters);
  return (
    <>
      <Section title={say("parameters")}>
        <Terms class="summary" entries={parameters.map(([name, value]) => [parameterText(name), value])} />
      </Section>
      <Section title={say("officialHosts")} note={say("officialHostsHint")}>
        <p>{policy.official_hosts.map((host) => <span key={host}><code>{host}</code>{" "}</span>)}</p>
      </Section>
      {Object.keys(policy.clauses).sort().map((clause) => (
        <ClauseSection key={clause} policy={policy} clause={clause} />
      ))}
    </>
  );
}

function VersionName({ version }: { version: PolicyVersion }) {
  if (!version.in_force) return <>{version.policy_version}</>;
  return <>{version.policy_version} <Badge kind="pass" text={say("inForce")} /></>;
}

function Versions() {
  const list = useLoaded(address("GET /policy/versions"));
  return (
    <Shown of={list}>
      {({ versions, judging }) => (
        <>
          {judging.devices > 0 && <Notice kind="plain">{say("judgingDevices", { count: judging.devices })}</Notice>}
          {judging.day && <Notice kind="plain">{say("judgingHistory", { day: dayText(judging.day) })}</Notice>}
          <Table caption={say("versionsCaption")} rows={versions} rowKey={(version) => version.number} columns={[
            { key: "number", title: say("number"), numeric: true, cell: (version) => version.number },
            { key: "version", title: say("version"), head: true, cell: (version) => <VersionName version={version} /> },
            {
              key: "at", title: say("publishedAt"), class: "nowrap",
              cell: (version) => version.number === 1 ? say("builtIn") : <Time at={version.created_at} />,
            },
            { key: "by", title: say("publishedBy"), cell: (version) => version.created_by },
            { key: "reason", title: say("reason"), cell: (version) => version.reason },
            { key: "rejudged", title: say("rejudged"), cell: (version) => say(version.rejudged ? "yes" : "no") },
          ]} />
        </>
      )}
    </Shown>
  );
}

const tabs = ["inForce", "draft", "versions"] as const;

export function PolicyPage({ tab }: { tab: string }) {
  const loaded = useLoaded(address("GET /policy"));
  const mayChange = useMay("administer");
  const [published, setPublished] = useState(false);
  const offered = tabs.filter((name) => mayChange || name !== "draft");
  const shown = offered.find((name) => name === tab) ?? "inForce";
  const version = (policy: Policy) => say("policyInForce", { version: policy.version });
  const renew = () => {
    setPublished(true);
    loaded.reload();
  };
  return (
    <Page title={say("policy")} lead={loaded.data && `${inLanguage(loaded.data.title)}. ${version(loaded.data)}`}>
      <nav class="tabs" aria-label={say("policy")}>
        {offered.map((name) => (
          <a key={name} href={link(name === "inForce" ? ["policy"] : ["policy", name])}
            aria-current={name === shown ? "page" : undefined}>
            {say(`tab_${name}`)}
          </a>
        ))}
      </nav>
      {published && <Notice>{say("published")}</Notice>}
      {shown === "versions" ? <Versions /> : (
        <Shown of={loaded}>
          {(policy) => shown === "draft"
            ? <DraftTab key={policy.version} policy={policy} published={renew} />
            : <InForce policy={policy} />}
        </Shown>
      )}
    </Page>
  );
}
