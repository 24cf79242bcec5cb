import type { Key, StoreRecord } from "@store/core";
import { collect, holds, same, sameKeys, sameRecords } from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import type { AnyTable } from "../../backend/any-store.js";
import { sameKey } from "../../model/key-order.js";
import type { ReferenceTable } from "../../model/reference-table.js";

/**
 * Fails unless the table holds what the model does.
 * @param sizes "at least" where records may have expired: size forgets them in the background
 */
export async function compareContent(
  table: AnyTable,
  model: ReferenceTable,
  sizes: "exact" | "at least" = "exact",
): Promise<void> {
  const records = await collect(table.records());
  const keys = await collect(table.keys());
  sameRecords(records, model.records);
  sameKeys(keys, model.keys);
  if (model.type === "ordered_set") same(keys, model.keys, "the order of the keys");
  same(distinct(records), keys, "the keys of records");
  const size = await table.size;
  if (sizes === "exact") same(size, model.records.length, "size");
  else holds(size >= model.records.length, `size is ${size}, with ${model.records.length} records`);
  for (const key of model.keys) {
    same(await table.lookup(key), model.lookup(key), `lookup(${show(key)})`);
  }
}

/** The keys in the order of the records; adjacent equal keys count once. */
function distinct(records: readonly StoreRecord[]): Key[] {
  const keys = records.map(([key]) => key);
  return keys.filter((key, index) => index === 0 || !sameKey(key, keys[index - 1] as Key));
}

/** Says of a failure of `act` where it happened. */
export async function at(place: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    holds(false, `${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
