import { useState } from "preact/hooks";
import type { TableName, TableRow } from "../protocol.js";
import { count } from "./format.js";
import { hrefOf, idOf, type Route, sameTable, tableHref } from "./route.js";

/** So many tables are listed; the filter finds the others. */
const MOST = 300;

/** The tables, by their domains. */
export function Nav({
  tables,
  route,
  filter,
  onFilter,
}: {
  tables: readonly TableRow[];
  route: Route;
  filter: string;
  onFilter: (text: string) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const wanted = filter.trim().toLowerCase();
  const found = tables.filter(({ table }) => table.join("/").toLowerCase().includes(wanted));
  const domains = domainsOf(found.slice(0, MOST));
  return (
    <nav aria-label="Views and tables" class={isOpen ? "side open" : "side"}>
      <ul class="views">
        <View href={hrefOf("overview")} name="Tables" isOn={route.view === "overview"} />
        <View href={hrefOf("engine")} name="Engine" isOn={route.view === "engine"} />
        <View href={hrefOf("compare")} name="Compare" isOn={route.view === "compare"} />
        <li class="nav-toggle">
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? "Hide tables" : "All tables"}
          </button>
        </li>
      </ul>
      <div class="tables-nav">
        <label class="visually-hidden" for="filter">
          Filter tables
        </label>
        <input
          id="filter"
          type="search"
          data-filter=""
          placeholder="Filter tables"
          value={filter}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => onFilter(event.currentTarget.value)}
        />
        {domains.map(([domain, rows]) => (
          <section key={domain}>
            <h2>{domain}</h2>
            <ul>
              {rows.map(({ table, records }) => (
                <li key={idOf(table)}>
                  <Entry
                    table={table}
                    records={records}
                    isOn={sameTable(route.table, table)}
                    onGo={() => setOpen(false)}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {found.length > MOST && (
          <p class="muted">{count(found.length - MOST)} more: filter them.</p>
        )}
        {found.length === 0 && tables.length > 0 && <p class="muted">No table is called so.</p>}
      </div>
    </nav>
  );
}

function View({ href, name, isOn }: { href: string; name: string; isOn: boolean }) {
  return (
    <li>
      <a href={href} aria-current={isOn ? "page" : undefined}>
        {name}
      </a>
    </li>
  );
}

function Entry({
  table,
  records,
  isOn,
  onGo,
}: {
  table: TableName;
  records: number | undefined;
  isOn: boolean;
  onGo: () => void;
}) {
  return (
    <a href={tableHref(table)} aria-current={isOn ? "page" : undefined} onClick={onGo}>
      <span class="name">{table[1]}</span>
      <span class="count">{count(records)}</span>
    </a>
  );
}

function domainsOf(rows: readonly TableRow[]): [domain: string, rows: TableRow[]][] {
  const domains = new Map<string, TableRow[]>();
  for (const row of rows) {
    const [domain] = row.table;
    domains.set(domain, [...(domains.get(domain) ?? []), row]);
  }
  return [...domains];
}
