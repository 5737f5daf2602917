// The trend as a line. The drawing stretches with the page; its labels are text beside it, so that they keep their
// size.
import type { TrendPoint } from "centre-api";
import { dayText, shareText } from "../core/format";
import { say } from "../core/language";
import { Folded } from "./basic";
import { Table, type Column } from "./table";

const width = 1000;
const height = 200;
const quarters = [0, 0.25, 0.5, 0.75, 1];

const counted = ["devices", "pass", "fail", "unknown", "silent"] as const;

/** Points of the line in the drawing's units; a day without a share breaks it. */
export function trendLines(trend: TrendPoint[]): string[] {
  const first = Date.parse(trend[0].day);
  const span = Math.max(1, Date.parse(trend[trend.length - 1].day) - first);
  const lines: string[][] = [[]];
  for (const point of trend) {
    if (point.compliant_share === null) {
      lines.push([]);
      continue;
    }
    const x = ((Date.parse(point.day) - first) / span) * width;
    const y = height - point.compliant_share * height;
    lines[lines.length - 1].push(`${x.toFixed(1)},${y.toFixed(1)}`);
  }
  return lines.filter((line) => line.length > 0).map((line) => line.join(" "));
}

export function Trend({ trend }: { trend: TrendPoint[] }) {
  const known = trend.filter((point) => point.compliant_share !== null);
  if (known.length < 2) return <p class="dim">{say("trendNone")}</p>;
  const first = known[0];
  const last = known[known.length - 1];
  const text = say("trendText", {
    from: shareText(first.compliant_share), first: dayText(first.day),
    to: shareText(last.compliant_share), last: dayText(last.day),
  });
  const marked = [trend[0], trend[Math.floor(trend.length / 2)], trend[trend.length - 1]];
  return (
    <figure class="trend">
      <div class="plot">
        <div class="y-labels" aria-hidden="true"><span>100 %</span><span>50 %</span><span>0 %</span></div>
        <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img"
          aria-label={`${say("trend")}. ${text}`}>
          {quarters.map((y) => <line key={y} class="grid" x1="0" x2={width} y1={y * height} y2={y * height} />)}
          {trendLines(trend).map((line) => <polyline key={line} class="line" points={line} />)}
        </svg>
        <div class="x-labels" aria-hidden="true">
          {marked.map((point, at) => <span key={at}>{dayText(point.day)}</span>)}
        </div>
      </div>
      <figcaption>{text}</figcaption>
      <Folded summary={say("trendTable")}>{() => (
        <div class="scroll" tabIndex={0} role="region" aria-label={say("trend")}>
          <Table caption={say("trend")} rows={[...trend].reverse()} rowKey={(point) => point.day} columns={[
            { key: "day", title: say("day"), head: true, class: "nowrap", cell: (point) => dayText(point.day) },
            { key: "share", title: say("share"), numeric: true, cell: (point) => shareText(point.compliant_share) },
            ...counted.map((name): Column<TrendPoint> => (
              { key: name, title: say(name), numeric: true, cell: (point) => point[name] }
            )),
          ]} />
        </div>
      )}</Folded>
    </figure>
  );
}
