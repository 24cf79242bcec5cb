import { useEffect, useState } from "preact/hooks";
import type { ComparisonAnswer, KeyChanges, MarkAnswer, TableName } from "../protocol.js";
import { ask } from "./api.js";
import { change, clock, count, counted } from "./format.js";
import { idOf, tableHref } from "./route.js";
import { Spans } from "./spans.js";

/** What has changed since a mark. */
export function CompareView({
  marks,
  onMark,
}: {
  marks: readonly MarkAnswer[];
  onMark: () => void;
}) {
  const [chosen, setChosen] = useState<string>();
  const [comparison, setComparison] = useState<ComparisonAnswer>();
  const [error, setError] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const mark = chosen ?? marks.at(-1)?.mark;
  const compare = async (id: string) => {
    setBusy(true);
    setError(undefined);
    try {
      setComparison(await ask<ComparisonAnswer>("compare", { mark: id }));
    } catch (reason) {
      setComparison(undefined);
      setError((reason as Error).message);
    }
    setBusy(false);
  };
  useEffect(() => {
    if (mark !== undefined) void compare(mark);
  }, [mark]);
  if (marks.length === 0) {
    return (
      <div class="empty">
        <p>
          A mark remembers how many records each table has. Taken at a table, it remembers what is
          shown there, too, key by key.
        </p>
        <button type="button" class="primary" onClick={onMark}>
          Take a mark
        </button>
      </div>
    );
  }
  return (
    <>
      <div class="actions">
        <label>
          Since{" "}
          <select value={mark} onChange={(event) => setChosen(event.currentTarget.value)}>
            {marks.map(({ mark: id, at, range }) => (
              <option key={id} value={id}>
                {clock(at)}
                {range === undefined
                  ? ""
                  : ` with ${count(range.records)} of ${range.table.join("/")}`}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          disabled={isBusy}
          onClick={() => mark !== undefined && void compare(mark)}
        >
          Compare again
        </button>
        <button type="button" onClick={onMark}>
          Take a mark
        </button>
      </div>
      {error !== undefined && (
        <p role="alert" class="error">
          {error}
        </p>
      )}
      <p role="status" class="state">
        {isBusy ? "Comparing…" : comparison && `Compared at ${clock(comparison.at)}`}
      </p>
      {comparison !== undefined && <Comparison comparison={comparison} />}
    </>
  );
}

function Comparison({ comparison }: { comparison: ComparisonAnswer }) {
  const { tables, range, since, at } = comparison;
  const changed = tables
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => sizeOf(b) - sizeOf(a));
  return (
    <>
      <section aria-label="Tables that changed in size">
        <h2>Tables</h2>
        <p class="muted">
          {counted(changed.length, "table")} of {count(tables.length)} changed in size between{" "}
          {clock(since)} and {clock(at)}.
        </p>
        {changed.length > 0 && (
          <div class="scroll">
            <table>
              <caption class="visually-hidden">Records of each table, then and now</caption>
              <thead>
                <tr>
                  <th scope="col">Table</th>
                  <th scope="col" class="number">
                    Then
                  </th>
                  <th scope="col" class="number">
                    Now
                  </th>
                  <th scope="col" class="number">
                    Change
                  </th>
                </tr>
              </thead>
              <tbody>
                {changed.map(({ table, before, after }) => (
                  <tr key={idOf(table)}>
                    <th scope="row">
                      <a href={tableHref(table)}>{table.join("/")}</a>
                    </th>
                    <td class="number">{before === undefined ? "new" : count(before)}</td>
                    <td class="number">{after === undefined ? "gone" : count(after)}</td>
                    <td class={`number ${(after ?? 0) >= (before ?? 0) ? "up" : "down"}`}>
                      {change((after ?? 0) - (before ?? 0))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      {range !== undefined && (
        <section aria-label="Keys that changed">
          <h2>
            Keys of <a href={tableHref(range.table)}>{range.table.join("/")}</a>
          </h2>
          {range.isWhole ? (
            <div class="three">
              <Keys title="Added" table={range.table} changes={range.added} />
              <Keys title="Changed" table={range.table} changes={range.changed} />
              <Keys title="Removed" table={range.table} changes={range.removed} isGone />
            </div>
          ) : (
            <p class="muted">
              There were more records than a mark remembers ({count(range.records)}): only sizes are
              compared. A narrower range is compared key by key.
            </p>
          )}
        </section>
      )}
    </>
  );
}

function Keys({
  title,
  table,
  changes,
  isGone = false,
}: {
  title: string;
  table: TableName;
  changes: KeyChanges;
  isGone?: boolean;
}) {
  return (
    <section aria-label={`${title} keys`} class="keys">
      <h3>
        {title} <span class="muted">{count(changes.count)}</span>
      </h3>
      <ul>
        {changes.keys.map(({ key, preview }) => (
          <li key={key}>
            {isGone ? (
              <Spans spans={preview} />
            ) : (
              <a href={tableHref(table, new URLSearchParams({ key }))}>
                <Spans spans={preview} />
              </a>
            )}
          </li>
        ))}
      </ul>
      {changes.count > changes.keys.length && (
        <p class="muted">and {count(changes.count - changes.keys.length)} more</p>
      )}
    </section>
  );
}

function sizeOf({
  before = 0,
  after = 0,
}: {
  before: number | undefined;
  after: number | undefined;
}) {
  return Math.abs(after - before);
}
