// One unit: the overview of it, the units below and its first PCs.
import type { Unit } from "centre-api";
import { address } from "../../core/api";
import { numberText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { Empty, ErrorNote, Loading, Page, Section, Shown } from "../../ui/basic";
import { Table } from "../../ui/table";
import { deviceColumns } from "../devices/columns";
import { OverviewBody } from "../devices/overview";

/** The units above one, from the top. */
export function unitsAbove(units: Unit[], id: number): Unit[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const above = (of: number) => byId.get(byId.get(of)?.parent_id ?? -1);
  const line: Unit[] = [];
  for (let unit = above(id); unit && line.length < 100; unit = above(unit.id)) line.unshift(unit);
  return line;
}

const firstPcs = 10;

function Pcs({ unit }: { unit: number }) {
  const query = { unit, limit: firstPcs, sort: "failed", order: "desc" };
  const list = useLoaded(address("GET /devices", { query }));
  return (
    <Section title={say("pcsOfUnit")}>
      <Shown of={list}>
        {({ devices, total }) => total === 0 ? <Empty title={say("noDevices")}>{say("noDevicesText")}</Empty> : (
          <>
            <Table caption={say("pcsOfUnit")} rows={devices} rowKey={(device) => device.device_id}
              columns={deviceColumns(devices.some((device) => device.unit_id !== unit))} />
            <p>
              <a class="button" href={link(["devices"], { unit })}>
                {say("allPcsOfUnit", { count: numberText(total) })}
              </a>
            </p>
          </>
        )}
      </Shown>
    </Section>
  );
}

export function UnitPage({ id }: { id: number }) {
  const units = useLoaded(address("GET /units"));
  const overview = useLoaded(address("GET /overview", { query: { unit: id } }));
  const all = units.data?.units ?? [];
  const unit = all.find((one) => one.id === id);
  const above = unitsAbove(all, id).map((one) => ({ text: one.name, href: link(["units", one.id]) }));
  const crumbs = [{ text: say("units"), href: link(["units"]) }, ...above];
  if (units.data && !unit) {
    return <Page title={say("unit")} crumbs={crumbs}><Empty title={say("unit_unknown")} /></Page>;
  }
  const pcs = <a class="button" href={link(["devices"], { unit: id })}>{say("devices")}</a>;
  return (
    <Page title={unit?.name ?? say("unit")} crumbs={crumbs} actions={pcs}>
      <ErrorNote error={units.error} again={units.reload} />
      {!units.data && !units.error && <Loading />}
      {/* The name and the units above it take their place first. */}
      {units.data && <Shown of={overview}>{(data) => <OverviewBody overview={data} />}</Shown>}
      {units.data && overview.data && <Pcs unit={id} />}
    </Page>
  );
}
