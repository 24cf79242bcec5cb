import type { Key, StoreRecord } from "@store/core";
import type { PageAnswer } from "../protocol.js";
import { badRequest } from "./failure.js";
import { type PageRequest, rangeBehind, rowOf, walkOn } from "./page-walk.js";
import { Walk } from "./walk.js";

/** What comes behind a key of an ordered table: the last records, where none is given. */
export async function newRecords(request: PageRequest): Promise<PageAnswer> {
  const { table, selection, cursor, limit } = request;
  if (table.type !== "ordered_set") {
    throw badRequest(`only an ordered_set has an end to follow; this is a ${table.type}`);
  }
  const range = { ...selection.range, reverse: false };
  if (cursor === undefined) return lastRecords(request);
  const walk = new Walk(table.records(rangeBehind(range, cursor)));
  try {
    const found = await walkOn(walk, { ...request, limit });
    return { rows: found.rows, searched: found.searched, cursor: after(found.lastKey) ?? cursor };
  } finally {
    await walk.end();
  }

  function after(key: Key | undefined): string | undefined {
    return key === undefined ? undefined : rowOf({ record: [key], nth: 0 }).key;
  }
}

async function lastRecords({ table, selection, limit }: PageRequest): Promise<PageAnswer> {
  const { range, matches } = selection;
  const records: StoreRecord[] = [];
  const walk = new Walk(table.records({ ...range, reverse: true, limit }));
  try {
    for (;;) {
      const walked = await walk.next();
      if (walked === undefined) break;
      records.push(walked.record);
    }
  } finally {
    await walk.end();
  }
  const [last] = records;
  const shown = matches === undefined ? records : records.filter(matches);
  const rows = shown.reverse().map((record) => rowOf({ record, nth: 0 }));
  const cursor = last === undefined ? undefined : rowOf({ record: last, nth: 0 }).key;
  return { rows, searched: records.length, cursor };
}
