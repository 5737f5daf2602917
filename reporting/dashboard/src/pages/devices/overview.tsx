// The whole office in one look. A unit's page shows the same of that unit.
import { withQuery } from "../../core/api";
import { numberText, pathText, shareText, timeText } from "../../core/format";
import { inLanguage, say } from "../../core/language";
import { useLoaded } from "../../core/load";
import { link } from "../../core/router";
import { useSession } from "../../core/session";
import type { Change, Overview } from "../../core/types";
import { Loading, Page, Section, Shown, Time, ZoneNote } from "../../ui/basic";
import { Trend } from "../../ui/charts";
import { InPortions } from "../../ui/portions";
import { Turn } from "../history/changes";
import { HeatTable } from "./heat";
import { NextSteps } from "./next_steps";

function Tile({ title, value, note, href, kind }: { title: string; value: string; note?: string; href?: string; kind?: string }) {
  const inside = <><span class="tile-title">{title}</span><span class="tile-value">{value}</span>{note && <span class="tile-note">{note}</span>}</>;
  return <li class={`tile ${kind ?? ""}`}>{href ? <a href={href}>{inside}</a> : <div>{inside}</div>}</li>;
}

function Tiles({ of }: { of: Overview }) {
  const unit = of.unit_id;
  const share = (count: number) => (of.devices > 0 ? say("ofAll", { share: shareText(count / of.devices) }) : undefined);
  const judged = of.pass + of.fail + of.unknown;
  return (
    <ul class="tiles">
      <Tile title={say("tile_compliant")} value={shareText(of.compliant_share)} kind="main-tile"
        note={judged > 0 ? say("ofJudged", { pass: numberText(of.pass), judged: numberText(judged) }) : say("noJudged")} href={link(["devices"], { unit, status: "pass" })} />
      <Tile title={say("tile_fail")} value={numberText(of.fail)} note={share(of.fail)} kind="fail" href={link(["devices"], { unit, status: "fail" })} />
      <Tile title={say("tile_unknown")} value={numberText(of.unknown)} note={share(of.unknown)} kind="unknown" href={link(["devices"], { unit, status: "unknown" })} />
      <Tile title={say("tile_silent", { days: of.silent_after_days })} value={numberText(of.silent)} note={share(of.silent)} kind="silent" href={link(["devices"], { unit, status: "silent" })} />
      <Tile title={say("tile_waived")} value={numberText(of.waived)} kind="waived" href={link(["devices"], { unit, verdict: "waived" })} />
      <Tile title={say("tile_devices")} value={numberText(of.devices)} href={link(["devices"], { unit })} />
      <Tile title={say("tile_reporting")} value={numberText(of.reporting_24h)} note={share(of.reporting_24h)} href={link(["devices"], { unit, sort: "last_seen_at", order: "desc" })} />
    </ul>
  );
}

function Changes({ changes, none }: { changes: Change[]; none: string }) {
  if (changes.length === 0) return <p class="dim">{none}</p>;
  return (
    <ul class="changes">
      {changes.map((change) => (
        <li key={`${change.at} ${change.device_id} ${change.rule} ${change.instance}`}>
          <div><a href={link(["devices", change.device_id])}>{change.host_name}</a> <span class="dim" title={pathText(change.unit)}>{change.unit.split("/").slice(-2).join(" / ")}</span></div>
          <div>{say("clause", { clause: change.clause })}: {inLanguage(change.title)}</div>
          <div class="turn"><Turn status={change.from} from /> <span aria-hidden="true">→</span> <Turn status={change.to} from={false} /> <span class="dim"><Time at={change.at} /></span></div>
        </li>
      ))}
    </ul>
  );
}

export function OverviewBody({ overview }: { overview: Overview }) {
  return (
    <InPortions of={1}>
      <Tiles of={overview} />
      <NextSteps overview={overview} />
      {overview.heat.length > 0 && <Section title={say("heat")} note={say("heatNote")} id="heat"><HeatTable overview={overview} /></Section>}
      <Section title={say("trend")}><Trend trend={overview.trend} /></Section>
      <div class="two">
        <Section title={say("regressions")}><Changes changes={overview.regressions} none={say("noRegressions")} /></Section>
        <Section title={say("fixes")}><Changes changes={overview.fixes} none={say("noFixes")} /></Section>
      </div>
      <ZoneNote />
    </InPortions>
  );
}

export function OverviewPage() {
  const { unit_id } = useSession();
  const whole = useLoaded<Overview>(withQuery("/overview", { unit: unit_id }));
  // One unit at the top (the city) would be a table of one line: what is below it says more.
  const rows = whole.data?.heat ?? [];
  const city = rows.length === 1 && !rows[0].own ? rows[0].unit_id : null;
  const below = useLoaded<Overview>(city === null ? null : withQuery("/overview", { unit: city }));
  const shown = city === null ? whole : below;
  return (
    <Page title={say("overview")} lead={shown.data && say("asOf", { time: timeText(shown.data.at) })}>
      {whole.data && city !== null && !below.data && !below.error
        ? <Loading />
        : <Shown of={shown}>{(overview) => <OverviewBody overview={overview} />}</Shown>}
    </Page>
  );
}
