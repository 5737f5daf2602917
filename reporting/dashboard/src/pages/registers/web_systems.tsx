// The web systems whose accounts are registered.
import type { AccountProblem, Unit, WebSystem } from "centre-api";
import { useState } from "preact/hooks";
import { send } from "../../core/api";
import { pathText } from "../../core/format";
import { say } from "../../core/language";
import type { Loaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { announce, Empty, Section, Shown, Time } from "../../ui/basic";
import { FormDialog } from "../../ui/dialog";
import { Input, UnitSelect } from "../../ui/form";
import { Count } from "../../ui/status";
import { Table } from "../../ui/table";

export function SystemDialog({ system, units, close, done }: {
  system: WebSystem | null;
  units: Unit[];
  close: () => void;
  done: () => void;
}) {
  const [name, setName] = useState(system?.name ?? "");
  const [host, setHost] = useState(system?.host ?? "");
  const [unit, setUnit] = useState(String(system?.owner_unit_id ?? ""));
  const [maxAge, setMaxAge] = useState(String(system?.max_password_age_days ?? ""));
  const [unused, setUnused] = useState(String(system?.unused_after_days ?? ""));
  const work = async () => {
    const body = {
      name, host,
      ...(unit ? { owner_unit_id: Number(unit) } : {}),
      ...(maxAge ? { max_password_age_days: Number(maxAge) } : {}),
      ...(unused ? { unused_after_days: Number(unused) } : {}),
    };
    if (system) await send("PATCH /web-systems/{id}", { ids: { id: system.id }, body });
    else await send("POST /web-systems", { body });
    announce(say("done"));
    done();
  };
  const title = say(system ? "editSystem" : "addSystem");
  return (
    <FormDialog title={title} button={say("save")} close={close} work={work}>
      <Input label={say("systemName")} value={name} set={setName} required maxLength={200} />
      <Input label={say("host")} value={host} set={setHost} required placeholder="dichvucong.hanoi.gov.vn"
        autocapitalize="none" spellcheck={false} />
      <UnitSelect label={say("ownerUnit")} value={unit} set={setUnit} units={units} empty={say("none")} />
      <Input label={`${say("maxAgeDays")} (${say("optional")})`} type="number" min="1" value={maxAge} set={setMaxAge} />
      <Input label={`${say("unusedDays")} (${say("optional")})`} type="number" min="1" value={unused} set={setUnused} />
    </FormDialog>
  );
}

function Problems({ system, problem }: { system: WebSystem; problem: AccountProblem }) {
  const all = link(["web-accounts"], { system: system.id, problem });
  return <Count kind="fail" number={system.counts[problem]} href={all} />;
}

export function SystemsSection({ systems, units }: { systems: Loaded<{ systems: WebSystem[] }>; units: Unit[] }) {
  const mayChange = useMay("administer");
  const [adding, setAdding] = useState(false);
  const add = <button type="button" class="main" onClick={() => setAdding(true)}>{say("addSystem")}</button>;
  return (
    <Section title={say("webSystems")} actions={mayChange && add}>
      <Shown of={systems}>
        {(data) => data.systems.length === 0 ? <Empty title={say("noWebSystems")}>{say("noWebSystemsText")}</Empty> : (
          <Table caption={say("webSystemsCaption")} rows={data.systems} rowKey={(system) => system.id} columns={[
            {
              key: "name", title: say("systemName"), head: true,
              cell: (system) => <a href={link(["web-systems", system.id])}>{system.name}</a>,
            },
            { key: "host", title: say("host"), cell: (system) => system.host },
            { key: "owner", title: say("ownerUnit"), cell: (system) => pathText(system.owner_unit ?? "") },
            { key: "accounts", title: say("accounts"), numeric: true, cell: (system) => system.counts.accounts },
            {
              key: "overdue", title: say("problem_overdue"), numeric: true,
              cell: (system) => <Problems system={system} problem="overdue" />,
            },
            {
              key: "unused", title: say("problem_unused"), numeric: true,
              cell: (system) => <Problems system={system} problem="unused" />,
            },
            {
              key: "imported", title: say("changedAt"), class: "when",
              cell: (system) => <Time at={system.imported_at} />,
            },
          ]} />
        )}
      </Shown>
      {adding && <SystemDialog system={null} units={units} close={() => setAdding(false)} done={systems.reload} />}
    </Section>
  );
}
