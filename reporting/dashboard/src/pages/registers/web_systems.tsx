// The web systems whose accounts are registered.
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, type Loaded } from "../../core/load";
import type { WebSystem } from "../../core/register_types";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, Empty, Section, Shown, Time } from "../../ui/basic";
import { FormDialog, Input, UnitSelect } from "../../ui/form";
import { Count } from "../../ui/status";
import { Table } from "../../ui/table";

export function SystemDialog({ system, units, close, done }: { system: WebSystem | null; units: Unit[]; close: () => void; done: () => void }) {
  const [name, setName] = useState(system?.name ?? "");
  const [host, setHost] = useState(system?.host ?? "");
  const [unit, setUnit] = useState(String(system?.owner_unit_id ?? ""));
  const [maxAge, setMaxAge] = useState(String(system?.max_password_age_days ?? ""));
  const [unused, setUnused] = useState(String(system?.unused_after_days ?? ""));
  const action = useAction();
  const work = async () => {
    const body = {
      name, host,
      ...(unit ? { owner_unit_id: Number(unit) } : {}),
      ...(maxAge ? { max_password_age_days: Number(maxAge) } : {}),
      ...(unused ? { unused_after_days: Number(unused) } : {}),
    };
    await (system ? send("PATCH", `/web-systems/${system.id}`, body) : send("POST", "/web-systems", body));
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={say(system ? "editSystem" : "addSystem")} button={say("save")} close={close} action={action} work={work}>
      <Input label={say("systemName")} value={name} set={setName} required maxLength={200} />
      <Input label={say("host")} value={host} set={setHost} required placeholder="dichvucong.hanoi.gov.vn" autocapitalize="none" spellcheck={false} />
      <UnitSelect label={say("ownerUnit")} value={unit} set={setUnit} units={units} empty={say("none")} />
      <Input label={`${say("maxAgeDays")} (${say("optional")})`} type="number" min="1" value={maxAge} set={setMaxAge} />
      <Input label={`${say("unusedDays")} (${say("optional")})`} type="number" min="1" value={unused} set={setUnused} />
    </FormDialog>
  );
}

export function SystemsSection({ systems, units }: { systems: Loaded<{ systems: WebSystem[] }>; units: Unit[] }) {
  const mayChange = useMay("administer");
  const [adding, setAdding] = useState(false);
  const counted = (system: WebSystem, problem: string) => (
    <Count kind="fail" number={system.counts?.[problem] ?? 0} href={link(["web-accounts"], { system: system.id, problem })} />
  );
  return (
    <Section title={say("webSystems")} actions={mayChange && <button type="button" class="main" onClick={() => setAdding(true)}>{say("addSystem")}</button>}>
      <Shown of={systems}>
        {(data) => data.systems.length === 0 ? <Empty title={say("noWebSystems")}>{say("noWebSystemsText")}</Empty> : (
          <Table caption={say("webSystemsCaption")} rows={data.systems} rowKey={(system) => system.id} columns={[
            { key: "name", title: say("systemName"), head: true, cell: (system) => <a href={link(["web-systems", system.id])}>{system.name}</a> },
            { key: "host", title: say("host"), cell: (system) => system.host },
            { key: "owner", title: say("ownerUnit"), cell: (system) => pathText(system.owner_unit ?? "") },
            { key: "accounts", title: say("accounts"), numeric: true, cell: (system) => system.counts?.accounts ?? 0 },
            { key: "overdue", title: say("problem_overdue"), numeric: true, cell: (system) => counted(system, "overdue") },
            { key: "unused", title: say("problem_unused"), numeric: true, cell: (system) => counted(system, "unused") },
            { key: "imported", title: say("changedAt"), class: "when", cell: (system) => <Time at={system.imported_at} /> },
          ]} />
        )}
      </Shown>
      {adding && <SystemDialog system={null} units={units} close={() => setAdding(false)} done={systems.reload} />}
    </Section>
  );
}
