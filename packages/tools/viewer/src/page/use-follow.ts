import { useEffect, useState } from "preact/hooks";
import type { PageAnswer, RecordRow, TableName } from "../protocol.js";
import { ask } from "./api.js";
import { askedOf } from "./query.js";

const EVERY_MS = 1_000;
const FIRST = 50;
const AT_ONCE = 500;
/** So many rows are kept, the last ones. */
const MOST_ROWS = 1_000;

/** The end of a journal. */
export interface Followed {
  readonly rows: readonly RecordRow[];
  /** Records that came since it is followed. */
  readonly arrived: number;
  readonly error: string | undefined;
}

const NOTHING: Followed = { rows: [], arrived: 0, error: undefined };

/** The last records of a table, and those that come behind them, as long as it is on. */
export function useFollow(table: TableName, params: URLSearchParams, isOn: boolean): Followed {
  const [followed, setFollowed] = useState(NOTHING);
  const asked = askedOf(table, params);
  const id = asked.toString();
  useEffect(() => {
    setFollowed(NOTHING);
    if (!isOn) return;
    let isEnded = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cursor: string | undefined;
    let isFirst = true;
    const look = async () => {
      const query = new URLSearchParams(asked);
      query.delete("reverse");
      query.set("limit", String(isFirst ? FIRST : AT_ONCE));
      if (cursor !== undefined) query.set("cursor", cursor);
      let isFull = false;
      try {
        const page = await ask<PageAnswer>("follow", query);
        if (isEnded) return;
        ({ cursor } = page);
        const wasFirst = isFirst;
        isFirst = false;
        isFull = page.rows.length === AT_ONCE;
        setFollowed(({ rows, arrived }) => ({
          rows: [...rows, ...page.rows].slice(-MOST_ROWS),
          arrived: arrived + (wasFirst ? 0 : page.rows.length),
          error: undefined,
        }));
      } catch (error) {
        if (isEnded) return;
        setFollowed((before) => ({ ...before, error: (error as Error).message }));
      }
      timer = setTimeout(() => void look(), isFull ? 0 : EVERY_MS);
    };
    void look();
    return () => {
      isEnded = true;
      clearTimeout(timer);
    };
  }, [id, isOn]);
  return followed;
}
