import { useEffect, useRef, useState } from "preact/hooks";
import type { PageAnswer, RecordRow, TableName } from "../protocol.js";
import { ask } from "./api.js";
import { askedOf } from "./query.js";

export const PAGE = 100;
/** So many rows are kept; of more, the first ones are let go. */
const MOST_ROWS = 2_000;

/** The records of a table that were asked for, as far as they have come. */
export interface Records {
  readonly rows: readonly RecordRow[];
  /** Rows that came before, and were let go. */
  readonly dropped: number;
  readonly searched: number;
  readonly cursor: string | undefined;
  readonly isBusy: boolean;
  readonly error: string | undefined;
}

const NOTHING: Records = {
  rows: [],
  dropped: 0,
  searched: 0,
  cursor: undefined,
  isBusy: false,
  error: undefined,
};

/** A request that is under way. */
interface Run {
  /** What it has found so far is kept, and nothing more is asked. */
  isCancelled: boolean;
  /** Its answer is of another question. */
  isStale: boolean;
}

/** Asks for a page, and for more on demand; a search asks until a page is full, or it is cancelled. */
export function useRecords(
  table: TableName,
  params: URLSearchParams,
  isOn: boolean,
): Records & {
  readonly more: () => void;
  readonly cancel: () => void;
  readonly again: () => void;
} {
  const [records, setRecords] = useState(NOTHING);
  const [round, setRound] = useState(0);
  const current = useRef<Run>();
  const asked = askedOf(table, params);
  const id = asked.toString();

  const leave = () => {
    if (current.current !== undefined) current.current.isStale = true;
  };
  const cancel = () => {
    if (current.current !== undefined) current.current.isCancelled = true;
    setRecords((before) => ({ ...before, isBusy: false }));
  };
  const begin = async (start: Records) => {
    leave();
    const run: Run = { isCancelled: false, isStale: false };
    current.current = run;
    let now: Records = { ...start, isBusy: true, error: undefined };
    setRecords(now);
    const wanted = countOf(now) + PAGE;
    try {
      do {
        const query = new URLSearchParams(asked);
        query.set("limit", String(wanted - countOf(now)));
        if (now.cursor !== undefined) query.set("cursor", now.cursor);
        const page = await ask<PageAnswer>("records", query);
        if (run.isStale) return;
        now = withPage(now, page, run.isCancelled);
        setRecords(now);
      } while (!run.isCancelled && now.cursor !== undefined && countOf(now) < wanted);
      setRecords({ ...now, isBusy: false });
    } catch (error) {
      if (!run.isStale) setRecords({ ...now, isBusy: false, error: (error as Error).message });
    }
  };

  useEffect(() => {
    setRecords(NOTHING);
    if (isOn) void begin(NOTHING);
    return leave;
  }, [id, round, isOn]);

  return {
    ...records,
    more: () => {
      if (records.cursor !== undefined && !records.isBusy) void begin(records);
    },
    cancel,
    again: () => setRound(round + 1),
  };
}

function countOf({ rows, dropped }: Records): number {
  return rows.length + dropped;
}

function withPage(before: Records, page: PageAnswer, isEnd: boolean): Records {
  const rows = [...before.rows, ...page.rows];
  const over = Math.max(0, rows.length - MOST_ROWS);
  return {
    rows: over > 0 ? rows.slice(over) : rows,
    dropped: before.dropped + over,
    searched: before.searched + page.searched,
    cursor: page.cursor,
    isBusy: !isEnd,
    error: undefined,
  };
}
