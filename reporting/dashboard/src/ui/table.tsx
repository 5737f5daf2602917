// Tables: real ones, with captions; on a phone each row becomes a card whose lines carry their column's title.
import type { ComponentChildren } from "preact";
import { say } from "../core/language";
import { numberText } from "../core/format";
import { InPortions } from "./portions";

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** The name that the centre sorts by; without one the column is not sorted by. */
  sort?: string;
  numeric?: boolean;
  /** The row's heading. */
  head?: boolean;
  class?: string;
}

export interface Sorting {
  by: string;
  descending: boolean;
  change: (by: string, descending: boolean) => void;
}

const arrows = { ascending: "▲", descending: "▼", none: "↕" };

function Heading<Row>({ column, sorting }: { column: Column<Row>; sorting?: Sorting }) {
  const sorted = sorting && column.sort === sorting.by;
  const order = sorted ? (sorting.descending ? "descending" : "ascending") : undefined;
  const text = column.title || <span class="sr-only">{say("actions")}</span>;
  return (
    <th scope="col" class={column.numeric ? "numeric" : undefined} aria-sort={order}>
      {sorting && column.sort ? (
        <button type="button" class="sort"
          onClick={() => sorting.change(column.sort!, sorted ? !sorting.descending : false)}>
          {text}<span class="arrow" aria-hidden="true">{arrows[order ?? "none"]}</span>
        </button>
      ) : text}
    </th>
  );
}

function Line<Row>({ row, columns }: { row: Row; columns: Column<Row>[] }) {
  return (
    <tr>
      {columns.map((column) => {
        const name = [column.numeric ? "numeric" : "", column.class ?? ""].join(" ").trim() || undefined;
        return column.head
          ? <th key={column.key} scope="row" class={name}>{column.cell(row)}</th>
          : <td key={column.key} data-title={column.title} class={name}>{column.cell(row)}</td>;
      })}
    </tr>
  );
}

/** As many as a slow PC makes without a pause that is felt. */
export const rowsAtOnce = 10;

export function Table<Row>(props: {
  caption: string;
  showCaption?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  rowKey: (row: Row) => string | number;
  sorting?: Sorting;
}) {
  return (
    <table class="cards">
      <caption class={props.showCaption ? undefined : "sr-only"}>{props.caption}</caption>
      <thead>
        <tr>{props.columns.map((column) => <Heading key={column.key} column={column} sorting={props.sorting} />)}</tr>
      </thead>
      <InPortions as="tbody" of={rowsAtOnce}>
        {props.rows.map((row) => <Line key={props.rowKey(row)} row={row} columns={props.columns} />)}
      </InPortions>
    </table>
  );
}

/** Where one is in a long list, and the way on. `address` gives the link for an offset. */
export function Pager({ offset, limit, total, address }: {
  offset: number;
  limit: number;
  total: number;
  address: (offset: number) => string;
}) {
  if (total <= limit && offset === 0) return null;
  const last = Math.min(offset + limit, total);
  const range = { from: numberText(Math.min(offset + 1, total)), to: numberText(last), total: numberText(total) };
  return (
    <nav class="pager" aria-label={say("pages")}>
      {offset > 0 ? <a class="button" href={address(Math.max(0, offset - limit))}>‹ {say("previous")}</a> : null}
      <span>{say("range", range)}</span>
      {last < total ? <a class="button" href={address(offset + limit)}>{say("next")} ›</a> : null}
    </nav>
  );
}
