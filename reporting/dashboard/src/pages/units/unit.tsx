// One unit: the overview of it, the units below and its first PCs.
import { withQuery } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import type { DeviceList, Overview, Unit } from "../../core/types";
import { Empty, ErrorNote, Loading, Page, Section, Shown } from "../../ui/basic";
import { Table } from "../../ui/table";
import { deviceColumns } from "../devices/list";
import { OverviewBody } from "../devices/overview";

/** The units above one, from the top. */
export function unitsAbove(units: Unit[], id: number): Unit[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const line: Unit[] = [];
  for (let unit = byId.get(byId.get(id)?.parent_id ?? -1); unit && line.length < 100; unit = byId.get(unit.parent_id ?? -1)) line.unshift(unit);
  return line;
}

const firstPcs = 10;

function Pcs({ unit }: { unit: number }) {
  const list = useLoaded<DeviceList>(withQuery("/devices", { unit, limit: firstPcs, sort: "failed", order: "desc" }));
  return (
    <Section title={say("pcsOfUnit")}>
      <Shown of={list}>
        {(data) => {
          const total = data.total ?? data.devices.length;
          if (total === 0) return <Empty title={say("noDevices")}>{say("noDevicesText")}</Empty>;
          return (
            <>
              <Table caption={say("pcsOfUnit")} rows={data.devices.slice(0, firstPcs)} rowKey={(device) => device.device_id} columns={deviceColumns(data.devices.some((device) => device.unit_id !== unit))} />
              <p><a class="button" href={link(["devices"], { unit })}>{say("allPcsOfUnit", { count: numberText(total) })}</a></p>
            </>
          );
        }}
      </Shown>
    </Section>
  );
}

export function UnitPage({ id }: { id: number }) {
  const units = useLoaded<{ units: Unit[] }>("/units");
  const overview = useLoaded<Overview>(withQuery("/overview", { unit: id }));
  const unit = units.data?.units.find((one) => one.id === id);
  const crumbs = [{ text: say("units"), href: link(["units"]) }, ...unitsAbove(units.data?.units ?? [], id).map((one) => ({ text: one.name, href: link(["units", one.id]) }))];
  if (units.data && !unit) return <Page title={say("unit")} crumbs={crumbs}><Empty title={say("unit_unknown")} /></Page>;
  return (
    <Page title={unit?.name ?? say("unit")} crumbs={crumbs} actions={<a class="button" href={link(["devices"], { unit: id })}>{say("devices")}</a>}>
      <ErrorNote error={units.error} again={units.reload} />
      {/* The name and the units above it take their place first. */}
      {!units.data && !units.error && <Loading />}
      {units.data && <Shown of={overview}>{(data) => <OverviewBody overview={data} />}</Shown>}
      {units.data && overview.data && <Pcs unit={id} />}
    </Page>
  );
}
