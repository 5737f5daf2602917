// The register of antivirus licences, and PCs whose product stores no end date of its own.
import type { DeviceWithoutDate, Licence, Unit } from "centre-api";
import { useState } from "preact/hooks";
import { address, send } from "../../core/api";
import { dayText, numberText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useMay } from "../../core/session";
import { announce, Empty, Page, Section, Shown, UnitName } from "../../ui/basic";
import { DangerDialog, FormDialog } from "../../ui/dialog";
import { Input, UnitSelect } from "../../ui/form";
import { ImportDialog } from "../../ui/import";
import { Badge } from "../../ui/status";
import { Table, type Column } from "../../ui/table";
import { ImportSum } from "./import_sum";

const soon = 30;

function LicenceDialog({ licence, units, close, done }: {
  licence: Licence | null;
  units: Unit[];
  close: () => void;
  done: () => void;
}) {
  const [product, setProduct] = useState(licence?.product ?? "");
  const [key, setKey] = useState(licence?.key_reference ?? "");
  const [seats, setSeats] = useState(String(licence?.seats ?? ""));
  const [ends, setEnds] = useState(licence?.expires_on ?? "");
  const [unit, setUnit] = useState(String(licence?.unit_id ?? ""));
  const [note, setNote] = useState(licence?.note ?? "");
  const work = async () => {
    const unit_id = unit ? Number(unit) : null;
    const body = { product, key_reference: key, seats: Number(seats), expires_on: ends, unit_id, note };
    if (licence) await send("PATCH /licences/{id}", { ids: { id: licence.id }, body });
    else await send("POST /licences", { body });
    announce(say("done"));
    done();
  };
  const title = say(licence ? "editLicence" : "addLicence");
  return (
    <FormDialog title={title} button={say("save")} close={close} work={work}>
      <Input label={say("productName")} value={product} set={setProduct} required maxLength={200}
        placeholder="Bkav Pro" />
      <Input label={say("keyReference")} hint={say("keyReferenceHint")} value={key} set={setKey} required
        maxLength={200} />
      <Input label={say("seats")} type="number" min="1" value={seats} set={setSeats} required />
      <Input label={say("expiresOn")} type="date" value={ends} set={setEnds} required />
      <UnitSelect label={say("unitWithBelow")} value={unit} set={setUnit} units={units} empty={say("allUnits")} />
      <Input label={say("note")} value={note} set={setNote} maxLength={500} />
    </FormDialog>
  );
}

function Left({ days }: { days: number }) {
  if (days < 0) return <Badge kind="fail" text={say("daysOver", { days: numberText(-days) })} />;
  const text = say("daysLeft", { days: numberText(days) });
  return days <= soon ? <Badge kind="unknown" text={text} /> : <span class="dim">{text}</span>;
}

function Ends({ licence }: { licence: { expires_on: string; days_left: number } }) {
  return <>{dayText(licence.expires_on)} <Left days={licence.days_left} /></>;
}

function CoveredBy({ device: { licence } }: { device: DeviceWithoutDate }) {
  if (!licence) return <Badge kind="unknown" text={say("notCovered")} />;
  return <>{licence.product}: <Ends licence={licence} /></>;
}

function WithoutDate() {
  const list = useLoaded(address("GET /licences/devices-without-date", { query: { limit: 200 } }));
  const keyOf = (device: DeviceWithoutDate) => `${device.device_id} ${device.product}`;
  return (
    <Section title={say("withoutDateTitle")} note={say("withoutDateNote")}>
      <Shown of={list}>
        {({ devices }) => devices.length === 0 ? <p class="dim">{say("none")}</p> : (
          <Table caption={say("withoutDateTitle")} rows={devices} rowKey={keyOf} columns={[
            {
              key: "host", title: say("hostName"), head: true,
              cell: (device) => <a href={link(["devices", device.device_id])}>{device.host_name}</a>,
            },
            { key: "unit", title: say("unit"), cell: (device) => <UnitName path={device.unit} /> },
            { key: "product", title: say("productName"), cell: (device) => device.product },
            { key: "licence", title: say("coveredBy"), cell: (device) => <CoveredBy device={device} /> },
          ]} />
        )}
      </Shown>
    </Section>
  );
}

interface Asked {
  kind: "edit" | "remove";
  licence: Licence;
}

function LicenceButtons({ licence, ask }: { licence: Licence; ask: (asked: Asked) => void }) {
  const button = (kind: Asked["kind"]) => (
    <button type="button" class="small" aria-label={`${say(kind)}: ${licence.product}`}
      onClick={() => ask({ kind, licence })}>
      {say(kind)}
    </button>
  );
  return <>{button("edit")} {button("remove")}</>;
}

function Using({ licence }: { licence: Licence }) {
  const number = numberText(licence.devices_using);
  return licence.seats_missing > 0 ? <>{number} <Badge kind="fail" text={say("overSeats")} /></> : <>{number}</>;
}

function columns(ask?: (asked: Asked) => void): Column<Licence>[] {
  const list: Column<Licence>[] = [
    {
      key: "product", title: say("productName"), head: true,
      cell: ({ product, note }) => <>{product}{note && <span class="instance">{note}</span>}</>,
    },
    { key: "key", title: say("keyReference"), cell: (licence) => licence.key_reference },
    { key: "unit", title: say("unit"), cell: ({ unit }) => unit ? <UnitName path={unit} /> : say("allUnits") },
    { key: "seats", title: say("seats"), numeric: true, cell: (licence) => numberText(licence.seats) },
    { key: "using", title: say("using"), numeric: true, cell: (licence) => <Using licence={licence} /> },
    {
      key: "without", title: say("withoutDate"), numeric: true,
      cell: (licence) => numberText(licence.devices_without_date),
    },
    { key: "ends", title: say("expiresOn"), cell: (licence) => <Ends licence={licence} /> },
  ];
  if (!ask) return list;
  const buttons = (licence: Licence) => <LicenceButtons licence={licence} ask={ask} />;
  return [...list, { key: "edit", title: "", class: "nowrap", cell: buttons }];
}

export function LicencesPage() {
  const list = useLoaded(address("GET /licences"));
  const units = useLoaded(address("GET /units")).data?.units ?? [];
  const mayChange = useMay("administer");
  const [asked, setAsked] = useState<Asked | { kind: "add" | "import"; licence?: undefined } | null>(null);
  const close = () => setAsked(null);
  const removed = asked?.kind === "remove" ? asked.licence : null;
  return (
    <Page title={say("licences")} actions={mayChange && (
      <>
        <button type="button" onClick={() => setAsked({ kind: "import" })}>{say("importLicences")}</button>
        <button type="button" class="main" onClick={() => setAsked({ kind: "add" })}>{say("addLicence")}</button>
      </>
    )}>
      <Shown of={list}>
        {({ licences }) => licences.length === 0 ? <Empty title={say("noLicences")} /> : (
          <Table caption={say("licencesCaption")} rows={licences} rowKey={(licence) => licence.id}
            columns={columns(mayChange ? setAsked : undefined)} />
        )}
      </Shown>
      <WithoutDate />
      {(asked?.kind === "edit" || asked?.kind === "add") && (
        <LicenceDialog licence={asked.licence ?? null} units={units} close={close} done={list.reload} />
      )}
      {removed && (
        <DangerDialog title={say("removeLicence")} button={say("remove")} close={close} done={list.reload}
          work={() => send("DELETE /licences/{id}", { ids: { id: removed.id } })}>
          <p>{removed.product} · {removed.key_reference}</p>
        </DangerDialog>
      )}
      {asked?.kind === "import" && (
        <ImportDialog title={say("importLicences")} note={say("importLicencesText")} close={close} done={list.reload}
          ask={(file, preview) => send("POST /licences/import", { query: { preview }, body: file })}
          summary={(result) => <ImportSum of={result} />} />
      )}
    </Page>
  );
}
