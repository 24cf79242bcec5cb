import type { AdapterTable, Mode } from "@store/core";
import { type Observation, ObservedTable } from "./observed-table.js";
import { TABLE_OPERATIONS } from "./operation.js";
import type { CallPlace } from "./store-call.js";

/** The adapter's own table behind a wrapped one: what a batch has to name. */
const inner = new WeakMap<object, AdapterTable<Mode>>();

export function innerOf<M extends Mode>(table: AdapterTable<M>): AdapterTable<M> {
  return (inner.get(table) as AdapterTable<M> | undefined) ?? table;
}

/** A table before the adapter's own. It has the methods that that one has, as core makes up for the others. */
export function wrappedTable<M extends Mode>(
  table: AdapterTable<M>,
  place: CallPlace,
  observation: Observation<M>,
): AdapterTable<M> {
  const observed = new ObservedTable(table, place, observation);
  const methods: Partial<Record<keyof AdapterTable, unknown>> = {
    type: table.type,
    freshRecords: table.freshRecords === true,
    usage: observed.usage(),
  };
  for (const operation of TABLE_OPERATIONS) {
    const method = observed.method(operation);
    if (method !== undefined) methods[operation] = method;
  }
  const result = methods as unknown as AdapterTable<M>;
  inner.set(result, table as AdapterTable<Mode>);
  return result;
}
