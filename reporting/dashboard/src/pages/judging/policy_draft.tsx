// A changed policy: tried on the stored reports, then published.
import { choices, type Bodies, type Policy, type PolicyPreview, type PolicyRule, type Severity } from "centre-api";
import { useEffect, useState } from "preact/hooks";
import { address, previewPolicy, send, type Progress } from "../../core/api";
import { numberText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import { announce, ErrorNote, Section } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Check, Input, TextArea, UnitSelect } from "../../ui/form";
import { Table } from "../../ui/table";
import { Preview } from "./policy_preview";
import { parameterText, ruleTitle } from "./rules";

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

type Changes = Pick<Bodies["POST /policy/preview"], "parameters" | "severities" | "disabled">;

/** What differs from the policy in force, as the centre takes it. */
export function changesOf(policy: Policy, draft: Draft): Changes {
  const changes: Changes = {};
  const before = draftOf(policy);
  const parameters = Object.entries(draft.parameters)
    .filter(([name, value]) => value.trim() !== before.parameters[name]);
  const severities = Object.entries(draft.severities).filter(([rule, value]) => value !== before.severities[rule]);
  if (parameters.length > 0) {
    changes.parameters = Object.fromEntries(parameters.map(([name, value]) => [name, Number(value)]));
  }
  if (severities.length > 0) changes.severities = Object.fromEntries(severities);
  if ([...draft.disabled].sort().join() !== [...before.disabled].sort().join()) changes.disabled = draft.disabled;
  return changes;
}

function PublishDialog({ changes, basedOn, close, published }: {
  changes: Changes;
  basedOn: number;
  close: () => void;
  published: () => void;
}) {
  const [reason, setReason] = useState("");
  const [rejudge, setRejudge] = useState(false);
  const work = async () => {
    const body = { ...changes, reason, rejudge_history: rejudge, based_on: basedOn };
    await send("POST /policy/versions", { body });
    announce(say("published"));
    published();
  };
  return (
    <FormDialog title={say("publishTitle")} button={say("publish")} close={close} work={work}>
      <p>{say("publishText")}</p>
      <TextArea label={say("publishReason")} value={reason} set={setReason} required />
      <Check label={say("rejudge")} checked={rejudge} set={setRejudge} />
    </FormDialog>
  );
}

interface Editing {
  draft: Draft;
  set: (draft: Draft) => void;
}

function Parameters({ draft, set }: Editing) {
  const change = (name: string, value: string) => set({ ...draft, parameters: { ...draft.parameters, [name]: value } });
  return (
    <Section title={say("parameters")}>
      <div class="columns">
        {Object.entries(draft.parameters).map(([name, value]) => (
          <Input key={name} label={parameterText(name)} type="number" min="0" step="1" required value={value}
            set={(next) => change(name, next)} />
        ))}
      </div>
    </Section>
  );
}

function OnBox({ rule, draft, set }: Editing & { rule: PolicyRule }) {
  const others = draft.disabled.filter((id) => id !== rule.id);
  return (
    <input type="checkbox" aria-label={`${say("ruleOn")}: ${ruleTitle(inLanguage(rule.title))}`}
      checked={!draft.disabled.includes(rule.id)}
      onChange={(event) => set({ ...draft, disabled: event.currentTarget.checked ? others : [...others, rule.id] })} />
  );
}

function SeveritySelect({ rule, draft, set }: Editing & { rule: PolicyRule }) {
  const change = (severity: Severity) => set({ ...draft, severities: { ...draft.severities, [rule.id]: severity } });
  return (
    <select aria-label={`${say("severity")}: ${ruleTitle(inLanguage(rule.title))}`} value={draft.severities[rule.id]}
      onChange={(event) => change(event.currentTarget.value as Severity)}>
      {choices.Severity.map((severity) => <option key={severity} value={severity}>{say(severity)}</option>)}
    </select>
  );
}

function Rules({ policy, ...editing }: Editing & { policy: Policy }) {
  return (
    <Section title={say("rule")}>
      <Table caption={say("rulesCaption")} rows={policy.rules} rowKey={(rule) => rule.id} columns={[
        { key: "on", title: say("ruleOn"), cell: (rule) => <OnBox rule={rule} {...editing} /> },
        { key: "clause", title: say("clauseFilter"), cell: (rule) => rule.clause },
        { key: "rule", title: say("rule"), head: true, cell: (rule) => ruleTitle(inLanguage(rule.title)) },
        { key: "severity", title: say("severity"), cell: (rule) => <SeveritySelect rule={rule} {...editing} /> },
      ]} />
    </Section>
  );
}

/** How far the preview is. Only in a large office there is time to see it. */
function PreviewProgress({ done, of }: Progress) {
  return (
    <p role="status">
      <progress value={done} max={of} />{" "}
      {say("previewProgress", { done: numberText(done), of: numberText(of) })}
    </p>
  );
}

export function DraftTab({ policy, published }: { policy: Policy; published: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(policy));
  const [unit, setUnit] = useState("");
  const [tried, setTried] = useState<{ preview: PolicyPreview; of: string } | null>(null);
  const [publishing, setPublishing] = useState(false);
  const units = useLoaded(address("GET /units"));
  const action = useAction();
  const changes = changesOf(policy, draft);
  const body = { ...changes, unit: unit ? Number(unit) : null };
  const wanted = JSON.stringify(body);
  const nothing = Object.keys(changes).length === 0;
  const [progress, setProgress] = useState<Progress | null>(null);
  const [left] = useState(() => new AbortController());
  useEffect(() => () => left.abort(), [left]);
  const attempt = async (event: Event) => {
    event.preventDefault();
    await action.run(async () => {
      try {
        setTried({ preview: await previewPolicy(body, setProgress, left.signal), of: wanted });
      } finally {
        setProgress(null);
      }
    });
  };
  return (
    <>
      <form onSubmit={attempt} aria-busy={action.busy}>
        <p>{say("draftText")}</p>
        <Parameters draft={draft} set={setDraft} />
        <Rules policy={policy} draft={draft} set={setDraft} />
        <div class="card form" aria-busy={units.loading}>
          <UnitSelect label={say("tryOn")} value={unit} set={setUnit} units={units.data?.units ?? []}
            empty={say("allUnits")} />
          <ErrorNote error={action.error} />
          {progress && progress.of > 0 && <PreviewProgress {...progress} />}
          <div class="buttons">
            <button type="submit" class="main" disabled={action.busy || nothing}>{say("tryIt")}</button>
            <button type="button" disabled={nothing} onClick={() => setPublishing(true)}>{say("publish")}…</button>
            {nothing && <span class="dim">{say("noDraft")}</span>}
            {tried && tried.of !== wanted && <span class="dim">{say("previewStale")}</span>}
          </div>
        </div>
        {tried && <Preview preview={tried.preview} policy={policy} />}
      </form>
      {publishing && (
        <PublishDialog changes={changes} basedOn={policy.number} close={() => setPublishing(false)}
          published={published} />
      )}
    </>
  );
}
