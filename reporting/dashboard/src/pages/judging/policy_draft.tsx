// A changed policy: tried on the stored reports, then published.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { numberText, pathText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { link } from "../../core/router";
import type { Policy, Rule, Severity, Unit } from "../../core/types";
import { announce, ErrorNote, Section } from "../../ui/basic";
import { Check, FormDialog, Input, TextArea, UnitSelect } from "../../ui/form";
import { Badge, Count } from "../../ui/status";
import { Table } from "../../ui/table";
import { ruleTitle } from "../devices/filters";
import { parameterText } from "./policy";

type Counts = { pass: number; fail: number; unknown: number };

interface Preview {
  devices: number;
  before: Counts;
  after: Counts;
  newly_failing: number;
  newly_passing: number;
  rules: { rule: string; before: Counts; after: Counts }[];
  examples: { device_id: string; host_name: string; unit?: string; from?: string; to?: string; before?: string; after?: string }[];
}

export interface Draft {
  parameters: Record<string, string>;
  severities: Record<string, Severity>;
  disabled: string[];
}

export function draftOf(policy: Policy): Draft {
  return {
    parameters: Object.fromEntries(Object.entries(policy.parameters).map(([name, value]) => [name, String(value)])),
    severities: Object.fromEntries(policy.rules.map((rule) => [rule.id, rule.severity])),
    disabled: policy.rules.filter((rule) => rule.disabled).map((rule) => rule.id),
  };
}

/** What differs from the policy in force, as the centre takes it. */
export function changesOf(policy: Policy, draft: Draft): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  const before = draftOf(policy);
  const parameters = Object.fromEntries(Object.entries(draft.parameters).filter(([name, value]) => value.trim() !== before.parameters[name]).map(([name, value]) => [name, Number(value)]));
  const severities = Object.fromEntries(Object.entries(draft.severities).filter(([rule, severity]) => severity !== before.severities[rule]));
  if (Object.keys(parameters).length > 0) changes.parameters = parameters;
  if (Object.keys(severities).length > 0) changes.severities = severities;
  if ([...draft.disabled].sort().join() !== [...before.disabled].sort().join()) changes.disabled = draft.disabled;
  return changes;
}

function Result({ preview, policy }: { preview: Preview; policy: Policy }) {
  const titleOf = (id: string) => {
    const rule = policy.rules.find((one) => one.id === id);
    return rule ? `${rule.clause} · ${ruleTitle(inLanguage(rule.title))}` : id;
  };
  const sum = say("previewSum", { failing: numberText(preview.newly_failing), passing: numberText(preview.newly_passing), devices: numberText(preview.devices) });
  const rules = preview.rules.filter(({ before, after }) => before.fail !== after.fail || before.unknown !== after.unknown);
  return (
    <Section title={say("previewTitle")}>
      <p role="status"><strong>{sum}</strong></p>
      <Table caption={say("previewTitle")} rows={(["pass", "fail", "unknown"] as const).map((kind) => ({ kind }))} rowKey={({ kind }) => kind} columns={[
        { key: "kind", title: say("status"), head: true, cell: ({ kind }) => say(kind) },
        { key: "before", title: say("previewNow"), numeric: true, cell: ({ kind }) => <Count kind={kind} number={preview.before[kind]} /> },
        { key: "after", title: say("previewThen"), numeric: true, cell: ({ kind }) => <Count kind={kind} number={preview.after[kind]} /> },
      ]} />
      {rules.length > 0 && (
        <Table showCaption caption={say("previewRules")} rows={rules} rowKey={({ rule }) => rule} columns={[
          { key: "rule", title: say("rule"), head: true, cell: ({ rule }) => titleOf(rule) },
          { key: "before", title: say("previewNow"), numeric: true, cell: ({ before }) => <Count kind="fail" number={before.fail} /> },
          { key: "after", title: say("previewThen"), numeric: true, cell: ({ after }) => <Count kind="fail" number={after.fail} /> },
        ]} />
      )}
      {preview.examples.length > 0 && (
        <Table showCaption caption={say("previewExamples")} rows={preview.examples} rowKey={(device) => device.device_id} columns={[
          { key: "host", title: say("hostName"), head: true, cell: (device) => <a href={link(["devices", device.device_id])}>{device.host_name}</a> },
          { key: "unit", title: say("unit"), cell: (device) => pathText(device.unit ?? "") },
          { key: "from", title: say("previewNow"), cell: (device) => <Badge kind={device.from ?? device.before ?? "unknown"} /> },
          { key: "to", title: say("previewThen"), cell: (device) => <Badge kind={device.to ?? device.after ?? "unknown"} /> },
        ]} />
      )}
    </Section>
  );
}

function PublishDialog({ changes, number, close, published }: { changes: Record<string, unknown>; number: number | undefined; close: () => void; published: () => void }) {
  const [reason, setReason] = useState("");
  const [rejudge, setRejudge] = useState(false);
  const action = useAction();
  const work = async () => {
    await send("POST", "/policy/versions", { ...changes, reason, rejudge_history: rejudge, ...(number ? { based_on: number } : {}) });
    announce(say("published"));
    published();
  };
  return (
    <FormDialog title={say("publishTitle")} button={say("publish")} close={close} action={action} work={work}>
      <p>{say("publishText")}</p>
      <TextArea label={say("publishReason")} value={reason} set={setReason} required />
      <Check label={say("rejudge")} checked={rejudge} set={setRejudge} />
    </FormDialog>
  );
}

export function DraftTab({ policy, published }: { policy: Policy; published: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(policy));
  const [unit, setUnit] = useState("");
  const [tried, setTried] = useState<{ preview: Preview; changes: string } | null>(null);
  const [publishing, setPublishing] = useState(false);
  const units = useLoaded<{ units: Unit[] }>("/units");
  const action = useAction();
  const changes = changesOf(policy, draft);
  const said = JSON.stringify({ changes, unit });
  const nothing = Object.keys(changes).length === 0;
  const attempt = async (event: Event) => {
    event.preventDefault();
    await action.run(async () => {
      const preview = await send<Preview>("POST", "/policy/preview", { ...changes, ...(unit ? { unit: Number(unit) } : {}) });
      setTried({ preview, changes: said });
    });
  };
  const setParameter = (name: string, value: string) => setDraft({ ...draft, parameters: { ...draft.parameters, [name]: value } });
  const setOn = (rule: Rule, on: boolean) => setDraft({ ...draft, disabled: on ? draft.disabled.filter((id) => id !== rule.id) : [...draft.disabled, rule.id] });
  return (
    <>
    <form onSubmit={attempt}>
      <p>{say("draftText")}</p>
      <Section title={say("parameters")}>
        <div class="columns">
          {Object.entries(draft.parameters).map(([name, value]) => (
            <Input key={name} label={parameterText(name)} type="number" min="0" step="1" required value={value} set={(next) => setParameter(name, next)} />
          ))}
        </div>
      </Section>
      <Section title={say("rule")}>
        <Table caption={say("rulesCaption")} rows={policy.rules} rowKey={(rule) => rule.id} columns={[
          { key: "on", title: say("ruleOn"), cell: (rule) => <input type="checkbox" aria-label={`${say("ruleOn")}: ${ruleTitle(inLanguage(rule.title))}`} checked={!draft.disabled.includes(rule.id)} onChange={(event) => setOn(rule, event.currentTarget.checked)} /> },
          { key: "clause", title: say("clauseFilter"), cell: (rule) => rule.clause },
          { key: "rule", title: say("rule"), head: true, cell: (rule) => ruleTitle(inLanguage(rule.title)) },
          { key: "severity", title: say("severity"), cell: (rule) => (
            <select aria-label={`${say("severity")}: ${ruleTitle(inLanguage(rule.title))}`} value={draft.severities[rule.id]}
              onChange={(event) => setDraft({ ...draft, severities: { ...draft.severities, [rule.id]: event.currentTarget.value as Severity } })}>
              {(["grave", "violation", "advice"] as const).map((severity) => <option key={severity} value={severity}>{say(severity)}</option>)}
            </select>
          ) },
        ]} />
      </Section>
      <div class="card form" aria-busy={units.loading}>
        <UnitSelect label={say("tryOn")} value={unit} set={setUnit} units={units.data?.units ?? []} empty={say("allUnits")} />
        <ErrorNote error={action.error} />
        <div class="buttons">
          <button type="submit" class="main" disabled={action.busy || nothing}>{say("tryIt")}</button>
          <button type="button" disabled={nothing} onClick={() => setPublishing(true)}>{say("publish")}…</button>
          {nothing && <span class="dim">{say("noDraft")}</span>}
          {tried && tried.changes !== said && <span class="dim">{say("previewStale")}</span>}
        </div>
      </div>
      {tried && <Result preview={tried.preview} policy={policy} />}
    </form>
    {publishing && <PublishDialog changes={changes} number={policy.number} close={() => setPublishing(false)} published={published} />}
    </>
  );
}
