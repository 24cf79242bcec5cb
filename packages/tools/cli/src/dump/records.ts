import {
  type AdapterTable,
  compareKeys,
  type Key,
  type Moments,
  type ScanRange,
  type StoreRecord,
} from "@store/core";
import type { Item, Items } from "@store/text-form";

type AnyTable = AdapterTable<"async">;

const WHOLE: ScanRange = { lower: undefined, upper: undefined, reverse: false, limit: Infinity };
/** So many keys are asked for their moments at once. */
const KEYS_AT_ONCE = 128;

/**
 * All records of a table with their moments: as of one moment where the adapter has snapshots, else each as it is when it is
 * come by.
 */
export async function itemsOf(table: AnyTable): Promise<Items> {
  if (table.snapshot !== undefined) return await table.snapshot();
  const records = table.scan?.(WHOLE) ?? walk(table);
  return table.expiresAt === undefined ? withoutMoments(records) : withMoments(table, records);
}

/** What core does where an adapter has no scan. */
async function* walk(table: AnyTable): AsyncIterable<StoreRecord> {
  let key = await table.first();
  while (key !== undefined) {
    yield* await table.lookup(key);
    key = await table.next(key);
  }
}

async function* withoutMoments(records: AsyncIterable<StoreRecord>): AsyncIterable<Item> {
  for await (const record of records) yield [record, undefined];
}

async function* withMoments(
  table: AnyTable,
  records: AsyncIterable<StoreRecord>,
): AsyncIterable<Item> {
  let groups: StoreRecord[][] = [];
  for await (const record of records) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && compareKeys(group[0][0], record[0]) === 0) {
      group.push(record);
      continue;
    }
    if (groups.length === KEYS_AT_ONCE) {
      for (const each of await Promise.all(groups.map((all) => momentsOf(table, all)))) yield* each;
      groups = [];
    }
    groups.push([record]);
  }
  for (const each of await Promise.all(groups.map((all) => momentsOf(table, all)))) yield* each;
}

/** The records of one key. Others may write meanwhile, and time goes on: then they are read again. */
async function momentsOf(table: AnyTable, group: StoreRecord[]): Promise<Item[]> {
  const [key] = group[0] as readonly [Key];
  let records = group;
  let moments = ((await table.expiresAt?.(key)) ?? []) as Moments;
  while (moments.length !== records.length) {
    records = await table.lookup(key);
    moments = ((await table.expiresAt?.(key)) ?? []) as Moments;
  }
  return records.map((record, index) => [record, moments[index]]);
}
