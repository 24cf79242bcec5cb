import { useEffect, useRef, useState } from "preact/hooks";
import type { MarkAnswer, RecordRow, TableName, TableRow } from "../protocol.js";
import { ExportMenu } from "./export-menu.js";
import { bytes, change, counted } from "./format.js";
import { useShortcuts } from "./hooks.js";
import { askedOf, paramsOf, type Query, queryIn } from "./query.js";
import { QueryForm } from "./query-form.js";
import { type Chosen, RecordList } from "./record-list.js";
import { RecordEditor, RecordPanel } from "./record-panel.js";
import { RecordsState } from "./records-state.js";
import { go, tableHref } from "./route.js";
import { Sparkline } from "./sparkline.js";
import { useFollow } from "./use-follow.js";
import { PAGE, useRecords } from "./use-records.js";
import type { Sample } from "./watch.js";

/** A table: its records, as they were asked for, and one of them as a tree. */
export function TableView({
  table,
  row,
  params,
  samples,
  isWritable,
  hasKeys,
  onSay,
  onMark,
}: {
  table: TableName;
  /** Undefined: it isn't there, or not known yet. */
  row: TableRow | undefined;
  params: URLSearchParams;
  samples: readonly Sample[];
  isWritable: boolean;
  hasKeys: boolean;
  onSay: (text: string) => void;
  onMark: (selection: URLSearchParams) => Promise<MarkAnswer | undefined>;
}) {
  const isFollowing = params.get("follow") === "1" && row?.type === "ordered_set";
  const query = queryIn(params);
  const asked = paramsOf(query);
  const records = useRecords(table, asked, row !== undefined && !isFollowing);
  const followed = useFollow(table, asked, isFollowing);
  const [chosen, setChosen] = useState<Chosen>();
  const [isAdding, setAdding] = useState(false);
  const opener = useRef<HTMLElement>();
  useEffect(() => {
    setChosen(undefined);
    setAdding(false);
  }, [table[0], table[1]]);

  const show = (next: Query) => go(tableHref(table, paramsOf(next)));
  const follow = (isOn: boolean) => {
    const next = new URLSearchParams(asked);
    if (isOn) next.set("follow", "1");
    go(tableHref(table, next));
  };
  const close = () => {
    setChosen(undefined);
    opener.current?.focus();
  };
  const choose = (record: RecordRow) => {
    opener.current = document.activeElement as HTMLElement;
    setChosen({ key: record.key, nth: record.nth });
  };
  const step = (by: number) => {
    const buttons = [...document.querySelectorAll<HTMLElement>("[data-record]")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at < 0 ? 0 : at + by))]?.focus();
  };
  useShortcuts(
    {
      j: () => step(1),
      k: () => step(-1),
      n: records.more,
      r: records.again,
      f: () => row?.type === "ordered_set" && follow(!isFollowing),
      m: () => void onMark(askedOf(table, asked)),
      "/": () => document.querySelector<HTMLElement>("[data-query], .ways input:checked")?.focus(),
      Escape: () => (records.isBusy ? records.cancel() : close()),
    },
    hasKeys,
  );
  if (row === undefined) {
    return <p class="empty">There is no table {table.join("/")} here.</p>;
  }
  const rows = isFollowing ? followed.rows : records.rows;
  const growth = (row.records ?? 0) - (samples[0]?.value ?? row.records ?? 0);
  const isSet = row.type === "set" || row.type === "ordered_set";
  return (
    <>
      <div class="title">
        <h1>
          <span class="muted">{table[0]}/</span>
          {table[1]}
        </h1>
        <p class="facts">
          <span class="badge">{row.type}</span>
          <span>{row.records === undefined ? "" : counted(row.records, "record")}</span>
          {growth !== 0 && <span class="growth">{change(growth)} since opened</span>}
          {row.bytes !== undefined && <span>{bytes(row.bytes)}</span>}
          {samples.length > 1 && (
            <Sparkline
              samples={samples}
              label={`Records over time, ${change(growth)} since opened`}
            />
          )}
        </p>
      </div>
      <div class="toolbar">
        <QueryForm query={query} type={row.type} onQuery={show} />
        <div class="actions">
          {row.type === "ordered_set" && (
            <button type="button" aria-pressed={isFollowing} onClick={() => follow(!isFollowing)}>
              {isFollowing ? "Following" : "Follow"}
            </button>
          )}
          {!isFollowing && (
            <button type="button" onClick={records.again}>
              Refresh
            </button>
          )}
          <button
            type="button"
            title="Remember these records, to compare them later"
            onClick={() => void onMark(askedOf(table, asked))}
          >
            Mark
          </button>
          <ExportMenu
            table={table}
            params={asked}
            shown={isFollowing ? rows.length : records.dropped + rows.length}
            isEnd={isFollowing}
          />
          {isWritable && (
            <button type="button" onClick={() => setAdding(!isAdding)} aria-expanded={isAdding}>
              New record
            </button>
          )}
        </div>
      </div>
      {isAdding && (
        <RecordEditor
          table={table}
          text='["key", {}]'
          onCancel={() => setAdding(false)}
          onDone={() => {
            setAdding(false);
            onSay("The record is inserted.");
            records.again();
          }}
        />
      )}
      <div class={chosen === undefined ? "browse" : "browse with-panel"}>
        <section aria-label="Records" class="list">
          {isFollowing ? (
            <p role="status" class="state">
              <span class="live" aria-hidden="true" /> Following the end:{" "}
              {counted(followed.arrived, "new record")}
              {followed.error !== undefined && `; ${followed.error}`}
            </p>
          ) : (
            <RecordsState records={records} isSearch={query.way === "match"} />
          )}
          {rows.length > 0 && (
            <RecordList
              rows={rows}
              chosen={chosen}
              onChoose={choose}
              caption={`Records of ${table.join("/")}`}
              isFollowing={isFollowing}
            />
          )}
          {!isFollowing && records.cursor !== undefined && !records.isBusy && (
            <button type="button" class="next" onClick={records.more}>
              {`${PAGE} more`}
            </button>
          )}
        </section>
        {chosen !== undefined && (
          <RecordPanel
            table={table}
            isSet={isSet}
            chosen={chosen}
            isWritable={isWritable}
            onClose={close}
            onChanged={(what) => {
              onSay(what);
              if (!isFollowing) records.again();
            }}
          />
        )}
      </div>
    </>
  );
}
