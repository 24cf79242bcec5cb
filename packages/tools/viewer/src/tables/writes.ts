import type { StoreRecord } from "@store/core";
import { decodeText } from "@store/text-form";
import { badRequest, RequestError } from "./failure.js";
import { momentsOf } from "./records.js";
import type { AnyTable } from "./store.js";

/** A record that is to be put. */
export interface PutRequest {
  /** In the text form. */
  readonly record: string;
  /** The record that is to be replaced, in the text form: only if it is still the same. */
  readonly expected?: string | undefined;
  /** Only if its key isn't there. */
  readonly isNew?: boolean | undefined;
}

/** Puts a record, or none. */
export async function put(table: AnyTable, request: PutRequest): Promise<void> {
  const record = recordIn(request.record);
  if (request.expected !== undefined) return replace(table, recordIn(request.expected), record);
  if (!request.isNew) return table.insert(record);
  if (!(await table.insertNew(record))) throw changed("a record of this key is there already");
}

/** Deletes exactly this record; it may be gone, or another, meanwhile. */
export async function remove(table: AnyTable, text: string): Promise<number> {
  const count = await table.deleteObject(recordIn(text));
  if (count === 0) throw changed("this record has changed, or is gone: look again");
  return count;
}

/** What is there is replaced by something that the one who replaces it has seen. */
async function replace(table: AnyTable, expected: StoreRecord, record: StoreRecord): Promise<void> {
  const isSet = table.type === "set" || table.type === "ordered_set";
  if (!isSet) throw badRequest("in a bag a record is deleted, and another one put");
  const moment = await momentOf(table, expected);
  const options = moment === undefined ? {} : { expiresAt: moment };
  const isReplaced = await table.replace(expected, record, options);
  if (!isReplaced) throw changed("this record has changed meanwhile: look again");
}

async function momentOf(table: AnyTable, [key]: StoreRecord): Promise<number | undefined> {
  const [moment] = await momentsOf(table, key, 1);
  return moment;
}

function recordIn(text: string): StoreRecord {
  const record = decodeText(text);
  if (Array.isArray(record) && record.length > 0) return record as unknown as StoreRecord;
  throw badRequest('a record is an array that begins with its key: ["r1",{"state":"done"}]');
}

function changed(message: string): RequestError {
  return new RequestError(409, "CHANGED", message);
}
