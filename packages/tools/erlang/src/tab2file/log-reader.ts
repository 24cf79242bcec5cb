import type { FileBytes } from "../source/file-bytes.js";
import { md5 } from "../source/md5.js";
import type { WalkReport } from "../source/report.js";
import type { StoredObject } from "../source/table-source.js";
import { decodeValue } from "../term/decode.js";
import { TermError } from "../term/term-error.js";
import {
  ITEM_HEAD_BYTES,
  ITEM_MAGIC,
  LOG_CLOSED,
  LOG_HEAD_BYTES,
  LOG_MAGIC,
  LOG_OPENED,
  OLD_ITEM_MAGIC,
  SUM_BYTES,
  SUMMED_ITEM_BYTES,
} from "./log-format.js";

/** Whether a file begins as a log does. */
export function isLog(file: FileBytes): boolean {
  return file.size >= LOG_HEAD_BYTES && file.read(0, LOG_MAGIC.length).equals(LOG_MAGIC);
}

/** The items of one file of a log, in the order in which they were logged. */
export function* logItems(file: FileBytes, report: WalkReport): Iterable<StoredObject> {
  const { path } = file;
  const state = Buffer.from(file.read(0, LOG_HEAD_BYTES).subarray(LOG_MAGIC.length));
  if (state.equals(LOG_OPENED)) report.closed = false;
  else if (!state.equals(LOG_CLOSED))
    report.damaged(path, LOG_MAGIC.length, "it says neither closed nor opened");

  let position = LOG_HEAD_BYTES;
  while (position < file.size) {
    const item = itemAt(file, position);
    if (item instanceof TermError) {
      report.damaged(path, position, item.message);
      position = nextItem(file, position + 1);
    } else {
      yield { bytes: Buffer.from(file.read(item.start, item.bytes)), path, position: item.start };
      position = item.start + item.bytes;
    }
  }
}

interface Item {
  readonly start: number;
  readonly bytes: number;
}

function itemAt(file: FileBytes, position: number): Item | TermError {
  const left = file.size - position - ITEM_HEAD_BYTES;
  if (left < 0) return new TermError("an item is cut in its first bytes");
  const head = file.read(position, ITEM_HEAD_BYTES);
  const bytes = head.readUInt32BE(0);
  const magic = head.readUInt32BE(4);
  if (magic !== ITEM_MAGIC && magic !== OLD_ITEM_MAGIC) return new TermError("no item begins here");
  const isSummed = magic === ITEM_MAGIC && bytes >= SUMMED_ITEM_BYTES;
  const size = Buffer.from(head.subarray(0, 4));
  if ((isSummed ? SUM_BYTES : 0) + bytes > left)
    return new TermError(`an item of ${bytes} bytes is cut`);
  const start = position + ITEM_HEAD_BYTES;
  if (!isSummed) return { start, bytes };
  if (!file.read(start, SUM_BYTES).equals(md5(size)))
    return new TermError("the size of an item is damaged");
  return { start: start + SUM_BYTES, bytes };
}

/** Where an item begins that is whole and holds a term: the end of the file if there is none. */
function nextItem(file: FileBytes, from: number): number {
  for (let position = from; position + ITEM_HEAD_BYTES <= file.size; position++) {
    if (file.u32(position + 4) !== ITEM_MAGIC) continue;
    const item = itemAt(file, position);
    if (!(item instanceof TermError) && isTerm(file.read(item.start, item.bytes))) return position;
  }
  return file.size;
}

function isTerm(bytes: Buffer): boolean {
  try {
    decodeValue(bytes);
    return true;
  } catch (error) {
    if (error instanceof TermError) return false;
    throw error;
  }
}
