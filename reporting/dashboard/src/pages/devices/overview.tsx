// The whole office in one look. A unit's page shows the same of that unit.
import type { Overview } from "centre-api";
import { address } from "../../core/api";
import { numberText, shareText, timeText } from "../../core/format";
import { say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useSession } from "../../core/session";
import { Loading, Page, Section, Shown, ZoneNote } from "../../ui/basic";
import { Trend } from "../../ui/charts";
import { InPortions } from "../../ui/portions";
import { ChangeList } from "../history/changes";
import { HeatTable } from "./heat";
import { NextSteps } from "./next_steps";

function Tile({ title, value, note, href, kind }: {
  title: string;
  value: string;
  note?: string;
  href: string;
  kind?: string;
}) {
  return (
    <li class={`tile ${kind ?? ""}`}>
      <a href={href}>
        <span class="tile-title">{title}</span>
        <span class="tile-value">{value}</span>
        {note && <span class="tile-note">{note}</span>}
      </a>
    </li>
  );
}

function Tiles({ of }: { of: Overview }) {
  const unit = of.unit_id;
  const share = (count: number) => (
    of.devices > 0 ? say("ofAll", { share: shareText(count / of.devices) }) : undefined
  );
  const judged = of.pass + of.fail + of.unknown;
  const ofJudged = judged > 0
    ? say("ofJudged", { pass: numberText(of.pass), judged: numberText(judged) })
    : say("noJudged");
  const devices = (filter: Record<string, string> = {}) => link(["devices"], { unit, ...filter });
  const counted = (kind: "fail" | "unknown" | "silent", title: string) => (
    <Tile title={title} value={numberText(of[kind])} note={share(of[kind])} kind={kind}
      href={devices({ status: kind })} />
  );
  return (
    <ul class="tiles">
      <Tile title={say("tile_compliant")} value={shareText(of.compliant_share)} note={ofJudged} kind="main-tile"
        href={devices({ status: "pass" })} />
      {counted("fail", say("tile_fail"))}
      {counted("unknown", say("tile_unknown"))}
      {counted("silent", say("tile_silent", { days: of.silent_after_days }))}
      <Tile title={say("tile_waived")} value={numberText(of.waived)} kind="waived"
        href={devices({ verdict: "waived" })} />
      <Tile title={say("tile_devices")} value={numberText(of.devices)} href={devices()} />
      <Tile title={say("tile_reporting")} value={numberText(of.reporting_24h)} note={share(of.reporting_24h)}
        href={devices({ sort: "last_seen_at", order: "desc" })} />
    </ul>
  );
}

export function OverviewBody({ overview }: { overview: Overview }) {
  return (
    <InPortions of={1}>
      <Tiles of={overview} />
      <NextSteps overview={overview} />
      {overview.heat.length > 0 && (
        <Section title={say("heat")} note={say("heatNote")} id="heat"><HeatTable overview={overview} /></Section>
      )}
      <Section title={say("trend")}><Trend trend={overview.trend} /></Section>
      <div class="two">
        <Section title={say("regressions")}>
          <ChangeList changes={overview.regressions} none={say("noRegressions")} />
        </Section>
        <Section title={say("fixes")}><ChangeList changes={overview.fixes} none={say("noFixes")} /></Section>
      </div>
      <ZoneNote />
    </InPortions>
  );
}

export function OverviewPage() {
  const { unit_id } = useSession();
  const whole = useLoaded(address("GET /overview", { query: { unit: unit_id } }));
  // One unit at the top (the city) would be a table of one line: what is below it says more.
  const rows = whole.data?.heat ?? [];
  const city = rows.length === 1 && !rows[0].own ? rows[0].unit_id : null;
  const below = useLoaded(city === null ? null : address("GET /overview", { query: { unit: city } }));
  const shown = city === null ? whole : below;
  return (
    <Page title={say("overview")} lead={shown.data && say("asOf", { time: timeText(shown.data.at) })}>
      {whole.data && city !== null && !below.data && !below.error
        ? <Loading />
        : <Shown of={shown}>{(overview) => <OverviewBody overview={overview} />}</Shown>}
    </Page>
  );
}
