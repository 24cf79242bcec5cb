import { useState } from "preact/hooks";
import type { TableRow } from "../protocol.js";
import { bytes, change, count, short } from "./format.js";
import { idOf, tableHref } from "./route.js";
import { Sparkline } from "./sparkline.js";
import { changesOf, ratesOf, type Watched } from "./watch.js";

/** So many rows are shown; the filter finds the others. */
const MOST_ROWS = 500;

type Order = "name" | "type" | "records" | "growth" | "bytes";

/** All tables: what they are, and how they grow. */
export function Overview({ watched, filter }: { watched: Watched; filter: string }) {
  const [order, setOrder] = useState<Order>("name");
  const { answer, records, engines } = watched;
  if (answer === undefined) return <p class="empty">…</p>;
  const growthOf = ({ table, records: now = 0 }: TableRow) =>
    now - (records.get(idOf(table))?.[0]?.value ?? now);
  const wanted = filter.trim().toLowerCase();
  const found = answer.tables.filter(({ table }) => table.join("/").toLowerCase().includes(wanted));
  const sorted = order === "name" ? found : [...found].sort(ordersOf(growthOf)[order]);
  const sum = answer.tables.reduce((all, { records: each = 0 }) => all + each, 0);
  const grown = answer.tables.reduce((all, row) => all + growthOf(row), 0);
  const disk = answer.engines.flatMap(({ diskBytes }) => diskBytes ?? []);
  const memory = answer.engines.flatMap(({ memoryBytes }) => memoryBytes ?? []);
  const rates = engines.map((samples) => ratesOf(changesOf(samples)).at(-1)?.value);
  const rate = rates.reduce<number | undefined>(
    (all, each) => (each === undefined ? all : (all ?? 0) + each),
    undefined,
  );
  const heading = (name: Order, title: string, isNumber = false) => (
    <th
      scope="col"
      class={isNumber ? "number" : ""}
      aria-sort={order === name ? "descending" : "none"}
    >
      <button type="button" onClick={() => setOrder(name)}>
        {title}
        <span aria-hidden="true">{order === name ? " ▾" : ""}</span>
      </button>
    </th>
  );
  return (
    <>
      <dl class="cards">
        <Card name="Tables" value={count(answer.tables.length)} />
        <Card
          name="Records"
          value={count(sum)}
          note={grown === 0 ? "" : `${change(grown)} since opened`}
        />
        {disk.length > 0 && <Card name="On disk" value={bytes(sumOf(disk))} />}
        {memory.length > 0 && (
          <Card name="In memory" value={bytes(sumOf(memory))} note="not in runs yet" />
        )}
        {rate !== undefined && <Card name="Writes" value={`${short(rate)}/s`} />}
      </dl>
      <div class="scroll">
        <table class="tables">
          <caption class="visually-hidden">Tables, with their sizes and their growth</caption>
          <thead>
            <tr>
              {heading("name", "Table")}
              {heading("type", "Type")}
              {heading("records", "Records", true)}
              {heading("growth", "Growth", true)}
              {heading("bytes", "Bytes", true)}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, MOST_ROWS).map((row) => (
              <Row
                key={idOf(row.table)}
                row={row}
                growth={growthOf(row)}
                samples={records.get(idOf(row.table)) ?? []}
              />
            ))}
          </tbody>
        </table>
      </div>
      {sorted.length > MOST_ROWS && (
        <p class="muted">
          {count(sorted.length - MOST_ROWS)} more: the filter at the left narrows the list.
        </p>
      )}
      {answer.tables.length === 0 && <p class="empty">There are no tables here yet.</p>}
    </>
  );
}

function Card({ name, value, note = "" }: { name: string; value: string; note?: string }) {
  return (
    <div class="card">
      <dt>{name}</dt>
      <dd>
        {value}
        {note !== "" && <small>{note}</small>}
      </dd>
    </div>
  );
}

function Row({
  row,
  growth,
  samples,
}: {
  row: TableRow;
  growth: number;
  samples: Parameters<typeof Sparkline>[0]["samples"];
}) {
  const { table, type } = row;
  return (
    <tr>
      <th scope="row">
        <a href={tableHref(table)} data-table="">
          <span class="muted">{table[0]}/</span>
          {table[1]}
        </a>
      </th>
      <td class="type">{type}</td>
      <td class="number">{count(row.records)}</td>
      <td class="number growth-cell">
        <div>
          <Sparkline samples={samples} label={`${change(growth)} since the page was opened`} />
          <span class={growth === 0 ? "muted" : growth > 0 ? "up" : "down"}>{change(growth)}</span>
        </div>
      </td>
      <td class="number">{bytes(row.bytes)}</td>
    </tr>
  );
}

function ordersOf(growthOf: (row: TableRow) => number) {
  return {
    type: (a: TableRow, b: TableRow) => a.type.localeCompare(b.type),
    records: (a: TableRow, b: TableRow) => (b.records ?? -1) - (a.records ?? -1),
    growth: (a: TableRow, b: TableRow) => growthOf(b) - growthOf(a),
    bytes: (a: TableRow, b: TableRow) => (b.bytes ?? -1) - (a.bytes ?? -1),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
