import { accessTable, type Key, originOf, type StoreRecord } from "@store/core";
import { decodeText, encodeText } from "@store/text-form";
import type { RecordAnswer, ValueNode, ValuePath } from "../protocol.js";
import { notThere } from "./failure.js";
import type { AnyTable } from "./store.js";
import { partOf, treeOf } from "./value-tree.js";

/** What is longer isn't edited in a page. */
const EDITABLE_CHARACTERS = 200_000;

/** Which record of a table is meant. */
export interface RecordName {
  readonly table: AnyTable;
  /** In the text form. */
  readonly key: string;
  readonly nth: number;
}

/** A record as a tree. */
export async function recordOf({ table, key: text, nth }: RecordName): Promise<RecordAnswer> {
  const key = decodeText(text) as Key;
  const records = (await table.lookup(key)) as StoreRecord[];
  const record = records[nth];
  if (record === undefined) throw notThere("this record isn't there any more");
  const [moment] = (await momentsOf(table, key, nth + 1)).slice(nth);
  return {
    key: text,
    nth,
    count: records.length,
    record: treeOf(record),
    text: isShort(record) ? shortText(record) : undefined,
    expiresAt: moment,
  };
}

/** A part of a record. */
export async function partOfRecord(
  { table, key, nth }: RecordName,
  path: ValuePath,
  from: number,
): Promise<ValueNode> {
  const records = (await table.lookup(decodeText(key) as Key)) as StoreRecord[];
  const record = records[nth];
  if (record === undefined) throw notThere("this record isn't there any more");
  return partOf(record, path, from);
}

/** The moments from which the records of a key aren't there any more, as many as asked for. */
export async function momentsOf(
  table: AnyTable,
  key: Key,
  count: number,
): Promise<readonly (number | undefined)[]> {
  if (originOf(table)?.adapter.capabilities.expiry !== true) return [];
  if (count === 1) return [await table.expiresAt(key)];
  return (await accessTable(table)?.methods.expiresAt?.(key)) ?? [];
}

function shortText(record: StoreRecord): string | undefined {
  const text = encodeText(record);
  return text.length <= EDITABLE_CHARACTERS ? text : undefined;
}

/** Whether it is worth while to write it all out: what has a single large part isn't. */
function isShort(record: StoreRecord): boolean {
  return charactersLeft(record, EDITABLE_CHARACTERS) >= 0;
}

function charactersLeft(value: unknown, characters: number): number {
  let left = characters - 1;
  if (left < 0) return left;
  if (typeof value === "string") return left - value.length;
  if (typeof value !== "object" || value === null) return left;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return left - value.byteLength;
  for (const part of partsIn(value)) {
    left = charactersLeft(part, left);
    if (left < 0) return left;
  }
  return left;
}

function partsIn(value: object): Iterable<unknown> {
  if (value instanceof Map || Array.isArray(value)) return value;
  return value instanceof Set ? value : Object.values(value);
}
