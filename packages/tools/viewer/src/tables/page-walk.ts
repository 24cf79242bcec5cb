import type { Key, Range } from "@store/core";
import { decodeText, encodeText } from "@store/text-form";
import type { RecordRow } from "../protocol.js";
import { badRequest } from "./failure.js";
import { previewOf } from "./preview.js";
import type { Selection } from "./selection.js";
import type { AnyTable } from "./store.js";
import { Turns } from "./turns.js";
import type { Walk, WalkedRecord } from "./walk.js";

/** A search answers at least so often, with what it has found so far. */
export const ANSWER_MS = 250;
/** A page is cut where it has so many characters of keys: they are there in full. */
const KEY_CHARACTERS = 2 ** 20;
const KEY_PREVIEW = 160;
const PREVIEW = 320;

/** What is asked for. */
export interface PageRequest {
  readonly table: AnyTable;
  readonly selection: Selection;
  /** So many records at most. */
  readonly limit: number;
  /** What the page before said. */
  readonly cursor: string | undefined;
}

/** A part of a page's walk. */
export interface Found {
  readonly rows: readonly RecordRow[];
  readonly searched: number;
  readonly isAtEnd: boolean;
  /** The key that was looked at last. */
  readonly lastKey: Key | undefined;
}

/** The row of a record. */
export function rowOf({ record, nth }: WalkedRecord): RecordRow {
  const [key, ...elements] = record;
  return {
    key: encodeText(key),
    nth,
    keyPreview: previewOf(key, KEY_PREVIEW),
    preview: previewOf(elements, PREVIEW, true),
  };
}

/** What of a range comes behind a key. */
export function rangeBehind(range: Range<Key>, cursor: string): Range<Key> {
  let key: Key;
  try {
    key = decodeText(cursor) as Key;
  } catch {
    throw badRequest("the cursor is none that a page has said");
  }
  const { gt, lt, ...rest } = range;
  return range.reverse
    ? { ...rest, ...(gt !== undefined && { gt }), lt: key }
    : { ...rest, ...(lt !== undefined && { lt }), gt: key };
}

/** Goes on with a walk until the page is full, or time is up. */
export async function walkOn(walk: Walk, { selection, limit }: PageRequest): Promise<Found> {
  const { matches } = selection;
  const end = performance.now() + ANSWER_MS;
  const turns = new Turns();
  const rows: RecordRow[] = [];
  let searched = 0;
  let characters = 0;
  let lastKey: Key | undefined;
  for (;;) {
    const step = walk.next();
    const walked = step instanceof Promise ? await step : step;
    if (walked === undefined) return { rows, searched, isAtEnd: true, lastKey };
    searched++;
    [lastKey] = walked.record;
    if (matches === undefined || matches(walked.record)) {
      const row = rowOf(walked);
      rows.push(row);
      characters += row.key.length;
      if (rows.length === limit || characters > KEY_CHARACTERS) {
        return { rows, searched, isAtEnd: false, lastKey };
      }
    }
    const turn = turns.step();
    if (turn !== undefined) {
      await turn;
      if (performance.now() > end) return { rows, searched, isAtEnd: false, lastKey };
    } else if (step instanceof Promise && performance.now() > end) {
      return { rows, searched, isAtEnd: false, lastKey };
    }
  }
}
