// The register of antivirus licences, and PCs whose product stores no end date of its own.
import { useState } from "preact/hooks";
import { send, sendCsv, withQuery } from "../../core/api";
import { dayText, numberText } from "../../core/format";
import { say } from "../../core/language";
import { useAction, useLoaded } from "../../core/load";
import type { DeviceWithoutDate, Licence } from "../../core/register_types";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import type { Unit } from "../../core/types";
import { announce, Empty, Page, Section, Shown, UnitName } from "../../ui/basic";
import { FormDialog, Input, UnitSelect } from "../../ui/form";
import { ImportDialog, type LineError } from "../../ui/import";
import { Badge } from "../../ui/status";
import { Table } from "../../ui/table";

const soon = 30;

function LicenceDialog({ licence, units, close, done }: { licence: Licence | null; units: Unit[]; close: () => void; done: () => void }) {
  const [product, setProduct] = useState(licence?.product ?? "");
  const [key, setKey] = useState(licence?.key_reference ?? "");
  const [seats, setSeats] = useState(String(licence?.seats ?? ""));
  const [ends, setEnds] = useState(licence?.expires_on ?? "");
  const [unit, setUnit] = useState(String(licence?.unit_id ?? ""));
  const [note, setNote] = useState(licence?.note ?? "");
  const action = useAction();
  const work = async () => {
    const body = { product, key_reference: key, seats: Number(seats), expires_on: ends, unit_id: unit ? Number(unit) : null, note };
    await (licence ? send("PATCH", `/licences/${licence.id}`, body) : send("POST", "/licences", body));
    announce(say("done"));
    done();
  };
  return (
    <FormDialog title={say(licence ? "editLicence" : "addLicence")} button={say("save")} close={close} action={action} work={work}>
      <Input label={say("productName")} value={product} set={setProduct} required maxLength={200} placeholder="Bkav Pro" />
      <Input label={say("keyReference")} hint={say("keyReferenceHint")} value={key} set={setKey} required maxLength={200} />
      <Input label={say("seats")} type="number" min="1" value={seats} set={setSeats} required />
      <Input label={say("expiresOn")} type="date" value={ends} set={setEnds} required />
      <UnitSelect label={say("unitWithBelow")} value={unit} set={setUnit} units={units} empty={say("allUnits")} />
      <Input label={say("note")} value={note} set={setNote} maxLength={500} />
    </FormDialog>
  );
}

function RemoveDialog({ licence, close, done }: { licence: Licence; close: () => void; done: () => void }) {
  const action = useAction();
  const work = async () => {
    await send("DELETE", `/licences/${licence.id}`);
    done();
  };
  return <FormDialog title={say("removeLicence")} button={say("remove")} close={close} action={action} work={work} danger><p>{licence.product} · {licence.key_reference}</p></FormDialog>;
}

function Ends({ licence }: { licence: { expires_on: string; days_left: number } }) {
  const { days_left: left } = licence;
  const text = left < 0 ? say("daysOver", { days: numberText(-left) }) : say("daysLeft", { days: numberText(left) });
  return <>{dayText(licence.expires_on)} {left < 0 ? <Badge kind="fail" text={text} /> : left <= soon ? <Badge kind="unknown" text={text} /> : <span class="dim">{text}</span>}</>;
}

function WithoutDate() {
  const list = useLoaded<{ devices: DeviceWithoutDate[]; total?: number }>(withQuery("/licences/devices-without-date", { limit: 200 }));
  return (
    <Section title={say("withoutDateTitle")} note={say("withoutDateNote")}>
      <Shown of={list}>
        {({ devices }) => devices.length === 0 ? <p class="dim">{say("none")}</p> : (
          <Table caption={say("withoutDateTitle")} rows={devices} rowKey={(device) => `${device.device_id} ${device.product}`} columns={[
            { key: "host", title: say("hostName"), head: true, cell: (device) => <a href={link(["devices", device.device_id])}>{device.host_name}</a> },
            { key: "unit", title: say("unit"), cell: (device) => <UnitName path={device.unit} /> },
            { key: "product", title: say("productName"), cell: (device) => device.product },
            { key: "licence", title: say("coveredBy"), cell: (device) => device.licence ? <>{device.licence.product}: <Ends licence={device.licence} /></> : <Badge kind="unknown" text={say("notCovered")} /> },
          ]} />
        )}
      </Shown>
    </Section>
  );
}

interface LicenceImport {
  lines: number;
  added: number;
  changed: number;
  unchanged: number;
  gone: number;
  errors: LineError[];
}

export function LicencesPage() {
  const list = useLoaded<{ licences: Licence[] }>("/licences");
  const units = useLoaded<{ units: Unit[] }>("/units");
  const mayChange = useMay("administer");
  const [asked, setAsked] = useState<{ kind: "edit" | "remove" | "import"; licence: Licence | null } | null>(null);
  const close = () => setAsked(null);
  return (
    <Page title={say("licences")} actions={mayChange && (
      <>
        <button type="button" onClick={() => setAsked({ kind: "import", licence: null })}>{say("importLicences")}</button>
        <button type="button" class="main" onClick={() => setAsked({ kind: "edit", licence: null })}>{say("addLicence")}</button>
      </>
    )}>
      <Shown of={list}>
        {({ licences }) => licences.length === 0 ? <Empty title={say("noLicences")} /> : (
          <Table caption={say("licencesCaption")} rows={licences} rowKey={(licence) => licence.id} columns={[
            { key: "product", title: say("productName"), head: true, cell: (licence) => <>{licence.product}{licence.note && <span class="instance">{licence.note}</span>}</> },
            { key: "key", title: say("keyReference"), cell: (licence) => licence.key_reference },
            { key: "unit", title: say("unit"), cell: (licence) => licence.unit ? <UnitName path={licence.unit} /> : say("allUnits") },
            { key: "seats", title: say("seats"), numeric: true, cell: (licence) => numberText(licence.seats) },
            { key: "using", title: say("using"), numeric: true, cell: (licence) => <>{numberText(licence.devices_using)}{licence.devices_using > licence.seats && <> <Badge kind="fail" text={say("overSeats")} /></>}</> },
            { key: "without", title: say("withoutDate"), numeric: true, cell: (licence) => numberText(licence.devices_without_date) },
            { key: "ends", title: say("expiresOn"), cell: (licence) => <Ends licence={licence} /> },
            ...(mayChange ? [{ key: "edit", title: "", class: "nowrap", cell: (licence: Licence) => (
              <>
                <button type="button" class="small" aria-label={`${say("edit")}: ${licence.product}`} onClick={() => setAsked({ kind: "edit", licence })}>{say("edit")}</button>{" "}
                <button type="button" class="small" aria-label={`${say("remove")}: ${licence.product}`} onClick={() => setAsked({ kind: "remove", licence })}>{say("remove")}</button>
              </>
            ) }] : []),
          ]} />
        )}
      </Shown>
      <WithoutDate />
      {asked?.kind === "edit" && <LicenceDialog licence={asked.licence} units={units.data?.units ?? []} close={close} done={list.reload} />}
      {asked?.kind === "remove" && <RemoveDialog licence={asked.licence!} close={close} done={list.reload} />}
      {asked?.kind === "import" && (
        <ImportDialog<LicenceImport> title={say("importLicences")} note={say("importLicencesText")} close={close} done={list.reload}
          ask={(file, preview) => sendCsv<LicenceImport>(`/licences/import?preview=${preview}`, file)}
          summary={(result) => <p>{say("importSum", { lines: result.lines, added: result.added, changed: result.changed, unchanged: result.unchanged, gone: result.gone })}</p>} />
      )}
    </Page>
  );
}
