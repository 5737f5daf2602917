// Units by clause: each cell leads to the PCs behind its number.
import type { HeatCell, HeatRow, Overview } from "centre-api";
import { useState } from "preact/hooks";
import { inLanguage, say } from "../../core/language";
import { numberText } from "../../core/format";
import { link } from "../../core/router";
import { Select, type Choice } from "../../ui/form";
import { InPortions } from "../../ui/portions";
import { rowsAtOnce } from "../../ui/table";

const byName = "name";
const byFailures = "failures";

/** The rows as they come (by name), or those first whose PCs fail most: in one clause, or in all together. */
export function orderedRows(rows: HeatRow[], order: string): HeatRow[] {
  if (order === byName) return rows;
  const inAll = (row: HeatRow) => Object.values(row.cells).reduce((sum, cell) => sum + cell.fail, 0);
  const failures = (row: HeatRow) => (order === byFailures ? inAll(row) : row.cells[order]?.fail ?? 0);
  return [...rows].sort((a, b) => failures(b) - failures(a));
}

/** 0: nobody fails; 1 to 4: the share of PCs that do. */
export function heatLevel(cell: HeatCell): number {
  const all = cell.pass + cell.fail + cell.unknown + cell.waived;
  if (all === 0 || cell.fail === 0) return 0;
  const share = cell.fail / all;
  if (share < 0.1) return 1;
  if (share < 0.3) return 2;
  return share < 0.6 ? 3 : 4;
}

export function cellLink(row: HeatRow, clause: string, cell: HeatCell): string {
  const verdict = cell.fail > 0 ? "fail" : cell.unknown > 0 ? "unknown" : cell.waived > 0 ? "waived" : "";
  const worstFirst = verdict === "fail" ? { sort: "failed", order: "desc" } : {};
  return link(["devices"], { unit: row.unit_id, own: row.own, clause, verdict, ...worstFirst });
}

function EmptyCell({ row, clause }: { row: HeatRow; clause: string }) {
  const all = link(["devices"], { unit: row.unit_id, own: row.own, clause });
  return (
    <td class="heat-cell none">
      <a href={all} aria-label={say("heatNone", { unit: row.name, clause })}><span aria-hidden="true">–</span></a>
    </td>
  );
}

function FullCell({ row, clause }: { row: HeatRow; clause: string }) {
  const cell = row.cells[clause];
  if (!cell || cell.pass + cell.fail + cell.unknown + cell.waived === 0) return <EmptyCell row={row} clause={clause} />;
  const label = say("heatCell", { unit: row.name, clause, ...cell });
  const vague = cell.fail === 0 && cell.unknown > 0;
  return (
    <td class={`heat-cell h${heatLevel(cell)}${vague ? " vague" : ""}`}>
      <a href={cellLink(row, clause, cell)} aria-label={label} title={label}>
        <span aria-hidden="true">
          {cell.fail > 0 && <span class="n">✕ {numberText(cell.fail)}</span>}
          {cell.unknown > 0 && <span class="few">? {numberText(cell.unknown)}</span>}
          {cell.waived > 0 && <span class="few">⊘ {numberText(cell.waived)}</span>}
          {cell.fail + cell.unknown + cell.waived === 0 && "✓"}
        </span>
      </a>
    </td>
  );
}

function HeatLine({ row, clauses }: { row: HeatRow; clauses: Overview["clauses"] }) {
  return (
    <tr>
      <th scope="row">
        {row.own ? say("ownPcs", { name: row.name }) : <a href={link(["units", row.unit_id])}>{row.name}</a>}
      </th>
      <td class="numeric pcs">{numberText(row.devices)}</td>
      {clauses.map(({ clause }) => <FullCell key={clause} row={row} clause={clause} />)}
    </tr>
  );
}

export function HeatTable({ overview }: { overview: Overview }) {
  const [order, setOrder] = useState(byName);
  const { heat, clauses } = overview;
  const orders: Choice[] = [
    [byName, say("heatByName")], [byFailures, say("heatByFailures")],
    ...clauses.map(({ clause }): Choice => [clause, say("heatByClause", { clause })]),
  ];
  return (
    <>
      {heat.length > 2 && (
        <Select class="narrow" label={say("heatOrder")} value={order} set={setOrder} choices={orders} />
      )}
      <table class="heat">
        <caption class="sr-only">{say("heatCaption")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("unit")}</th>
            <th scope="col" class="numeric pcs">{say("devices")}</th>
            {clauses.map(({ clause, text }) => (
              <th scope="col" key={clause} title={inLanguage(text)}>
                <span class="long">{say("clause", { clause })}</span>
                <span class="short" aria-hidden="true">{clause}</span>
                <small>{inLanguage(text)}</small>
              </th>
            ))}
          </tr>
        </thead>
        <InPortions as="tbody" of={rowsAtOnce}>
          {orderedRows(heat, order).map((row) => (
            <HeatLine key={`${row.unit_id} ${row.own}`} row={row} clauses={clauses} />
          ))}
        </InPortions>
      </table>
      <p class="legend" aria-label={say("legend")}>
        <span><span class="heat-cell h3 sample">✕ 9</span> {say("legend_fail")}</span>
        <span><span class="heat-cell vague sample">? 3</span> {say("legend_unknown")}</span>
        <span><span class="heat-cell sample">⊘ 1</span> {say("legend_waived")}</span>
        <span><span class="heat-cell h0 sample">✓</span> {say("legend_pass")}</span>
      </p>
    </>
  );
}
