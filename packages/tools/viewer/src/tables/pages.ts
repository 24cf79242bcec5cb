import type { Key, StoreRecord } from "@store/core";
import { encodeText } from "@store/text-form";
import type { PageAnswer } from "../protocol.js";
import { badRequest } from "./failure.js";
import type { HeldWalks } from "./held-walks.js";
import { type PageRequest, rangeBehind, rowOf, walkOn } from "./page-walk.js";
import { Walk } from "./walk.js";

/**
 * A page of records. It ends when it is full, at the end of the records, and when time is up: then it may have
 * few of them, or none, and a cursor that goes on.
 *
 * In an ordered table a cursor is the last key that was looked at, so that nothing is kept, and a page may be asked for
 * again. Others have no order to seek in, and their walk is held.
 */
export async function pageOf(request: PageRequest, held: HeldWalks): Promise<PageAnswer> {
  const { table, selection } = request;
  if (selection.hasKey) return pageOfKey(request);
  return table.type === "ordered_set" ? orderedPage(request) : held.page(request);
}

/** A bag may have many records of a key; the cursor is how many were shown. */
async function pageOfKey({
  table,
  selection,
  limit,
  cursor = "0",
}: PageRequest): Promise<PageAnswer> {
  if (!/^\d{1,15}$/.test(cursor)) throw badRequest("the cursor is none that a page has said");
  const { key, matches } = selection;
  const records = (await table.lookup(key as Key)) as StoreRecord[];
  const walked = records.map((record, nth) => ({ record, nth }));
  const found = matches === undefined ? walked : walked.filter(({ record }) => matches(record));
  const from = Number(cursor);
  const rows = found.slice(from, from + limit).map(rowOf);
  const end = from + rows.length;
  const isFirst = from === 0;
  return {
    rows,
    cursor: end < found.length ? String(end) : undefined,
    searched: isFirst ? records.length : 0,
  };
}

async function orderedPage(request: PageRequest): Promise<PageAnswer> {
  const { table, selection, cursor } = request;
  const range = cursor === undefined ? selection.range : rangeBehind(selection.range, cursor);
  const walk = new Walk(table.records(range));
  try {
    const { rows, searched, isAtEnd, lastKey } = await walkOn(walk, request);
    const next = isAtEnd || lastKey === undefined ? undefined : encodeText(lastKey);
    return { rows, searched, cursor: next };
  } finally {
    await walk.end();
  }
}
