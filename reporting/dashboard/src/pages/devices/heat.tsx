// Units by clause: each cell leads to the PCs behind its number.
import { useState } from "preact/hooks";
import { inLanguage, say } from "../../core/language";
import { numberText } from "../../core/format";
import { link } from "../../core/router";
import type { Cell, HeatRow, Overview } from "../../core/types";
import { Select, type Choice } from "../../ui/form";
import { InPortions } from "../../ui/portions";
import { rowsAtOnce } from "../../ui/table";

const byName = "name";
const byFailures = "failures";

/** The rows as they come (by name), or those first whose PCs fail most: in one clause, or in all together. */
export function orderedRows(rows: HeatRow[], order: string): HeatRow[] {
  if (order === byName) return rows;
  const failures = (row: HeatRow) => (order === byFailures ? Object.values(row.cells).reduce((sum, cell) => sum + cell.fail, 0) : row.cells[order]?.fail ?? 0);
  return [...rows].sort((a, b) => failures(b) - failures(a));
}

/** 0: nobody fails; 1 to 4: the share of PCs that do. */
export function heatLevel(cell: Cell): number {
  const all = cell.pass + cell.fail + cell.unknown + cell.waived;
  if (all === 0 || cell.fail === 0) return 0;
  const share = cell.fail / all;
  if (share < 0.1) return 1;
  if (share < 0.3) return 2;
  return share < 0.6 ? 3 : 4;
}

export function cellLink(row: HeatRow, clause: string, cell: Cell): string {
  const verdict = cell.fail > 0 ? "fail" : cell.unknown > 0 ? "unknown" : cell.waived > 0 ? "waived" : "";
  return link(["devices"], { unit: row.unit_id, own: row.own, clause, verdict, ...(verdict === "fail" ? { sort: "failed", order: "desc" } : {}) });
}

function HeatCell({ row, clause }: { row: HeatRow; clause: string }) {
  const { name } = row;
  const cell = row.cells[clause];
  if (!cell || cell.pass + cell.fail + cell.unknown + cell.waived === 0) {
    return <td class="heat-cell none"><a href={link(["devices"], { unit: row.unit_id, own: row.own, clause })} aria-label={say("heatNone", { unit: name, clause })}><span aria-hidden="true">–</span></a></td>;
  }
  const label = say("heatCell", { unit: name, clause, fail: cell.fail, unknown: cell.unknown, waived: cell.waived, pass: cell.pass });
  return (
    <td class={`heat-cell h${heatLevel(cell)}${cell.fail === 0 && cell.unknown > 0 ? " vague" : ""}`}>
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
      <th scope="row">{row.own ? say("ownPcs", { name: row.name }) : <a href={link(["units", row.unit_id])}>{row.name}</a>}</th>
      <td class="numeric pcs">{numberText(row.devices)}</td>
      {clauses.map(({ clause }) => <HeatCell key={clause} row={row} clause={clause} />)}
    </tr>
  );
}

export function HeatTable({ overview }: { overview: Overview }) {
  const [order, setOrder] = useState(byName);
  const orders: Choice[] = [[byName, say("heatByName")], [byFailures, say("heatByFailures")], ...overview.clauses.map(({ clause }): Choice => [clause, say("heatByClause", { clause })])];
  return (
    <>
      {overview.heat.length > 2 && <Select class="narrow" label={say("heatOrder")} value={order} set={setOrder} choices={orders} />}
      <table class="heat">
        <caption class="sr-only">{say("heatCaption")}</caption>
        <thead>
          <tr>
            <th scope="col">{say("unit")}</th>
            <th scope="col" class="numeric pcs">{say("devices")}</th>
            {overview.clauses.map(({ clause, text }) => (
              <th scope="col" key={clause} title={inLanguage(text)}><span class="long">{say("clause", { clause })}</span><span class="short" aria-hidden="true">{clause}</span><small>{inLanguage(text)}</small></th>
            ))}
          </tr>
        </thead>
        <InPortions as="tbody" of={rowsAtOnce}>
          {orderedRows(overview.heat, order).map((row) => <HeatLine key={`${row.unit_id} ${row.own ?? ""}`} row={row} clauses={overview.clauses} />)}
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
