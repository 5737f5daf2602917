// What a changed policy would make of the stored reports.
import type { Policy, PolicyPreview } from "centre-api";
import { numberText, pathText } from "../../core/format";
import { say } from "../../core/language";
import { link } from "../../core/router";
import { Section } from "../../ui/basic";
import { Badge, Count } from "../../ui/status";
import { Table } from "../../ui/table";
import { titleOf } from "./rules";

const statuses = ["pass", "fail", "unknown"] as const;

function Totals({ preview }: { preview: PolicyPreview }) {
  return (
    <Table caption={say("previewTitle")} rows={[...statuses]} rowKey={(kind) => kind} columns={[
      { key: "kind", title: say("status"), head: true, cell: (kind) => say(kind) },
      {
        key: "before", title: say("previewNow"), numeric: true,
        cell: (kind) => <Count kind={kind} number={preview.before[kind]} />,
      },
      {
        key: "after", title: say("previewThen"), numeric: true,
        cell: (kind) => <Count kind={kind} number={preview.after[kind]} />,
      },
    ]} />
  );
}

/** The rules that other PCs fail, or that cannot be told of other PCs, than now. */
function ChangedRules({ preview, policy }: { preview: PolicyPreview; policy: Policy }) {
  const rules = preview.rules.filter(({ before, after }) => (
    before.fail !== after.fail || before.unknown !== after.unknown
  ));
  if (rules.length === 0) return null;
  return (
    <Table showCaption caption={say("previewRules")} rows={rules} rowKey={({ rule }) => rule} columns={[
      { key: "rule", title: say("rule"), head: true, cell: ({ rule }) => titleOf(policy, rule, "short") },
      {
        key: "before", title: say("previewNow"), numeric: true,
        cell: ({ before }) => <Count kind="fail" number={before.fail ?? 0} />,
      },
      {
        key: "after", title: say("previewThen"), numeric: true,
        cell: ({ after }) => <Count kind="fail" number={after.fail ?? 0} />,
      },
    ]} />
  );
}

function Examples({ preview }: { preview: PolicyPreview }) {
  if (preview.examples.length === 0) return null;
  return (
    <Table showCaption caption={say("previewExamples")} rows={preview.examples} rowKey={(pc) => pc.device_id} columns={[
      {
        key: "host", title: say("hostName"), head: true,
        cell: (pc) => <a href={link(["devices", pc.device_id])}>{pc.host_name}</a>,
      },
      { key: "unit", title: say("unit"), cell: (pc) => pathText(pc.unit) },
      { key: "before", title: say("previewNow"), cell: (pc) => <Badge kind={pc.before} /> },
      { key: "after", title: say("previewThen"), cell: (pc) => <Badge kind={pc.after} /> },
    ]} />
  );
}

export function Preview({ preview, policy }: { preview: PolicyPreview; policy: Policy }) {
  const { newly_failing, newly_passing, devices } = preview;
  const sum = say("previewSum", {
    failing: numberText(newly_failing), passing: numberText(newly_passing), devices: numberText(devices),
  });
  return (
    <Section title={say("previewTitle")}>
      <p role="status"><strong>{sum}</strong></p>
      <Totals preview={preview} />
      <ChangedRules preview={preview} policy={policy} />
      <Examples preview={preview} />
    </Section>
  );
}
