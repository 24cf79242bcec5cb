import type {
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  Mode,
  Result,
  TableChange,
  TableType,
} from "@store/core";
import { canInstrument, instrument } from "./instrumented-table.js";
import { inside, type Observation } from "./observed-table.js";
import type { StoreOperation } from "./operation.js";
import type { Conclude } from "./recorder.js";
import { type CallPlace, StoreCall } from "./store-call.js";
import { innerOf, wrappedTable } from "./wrapped-table.js";

/** A backend whose tables are observed, and what happens to itself as well. */
export function observedBackend<M extends Mode>(
  backend: AdapterBackend<M>,
  adapter: string,
  observation: Observation<M>,
): AdapterBackend<M> {
  const { recorder } = observation;
  const placeOf = (domain?: string, table?: string, type?: TableType): CallPlace => ({
    adapter,
    domain,
    table,
    type,
  });

  function recorded<T>(
    operation: StoreOperation,
    place: CallPlace,
    work: () => T,
    conclude: Conclude = () => {},
  ): T {
    return recorder.isHeard(operation)
      ? recorder.record(new StoreCall(place, operation), work, conclude)
      : work();
  }

  /** The tables that a batch is about, as places: where they were opened. */
  const places = new WeakMap<object, CallPlace>();
  function batched<T>(
    operations: readonly { readonly table: AdapterTable<M> }[],
    work: () => T,
  ): T {
    if (!recorder.isHeard("batch")) return work();
    const call = new StoreCall(placeOf(), "batch");
    const names = operations.map(({ table }) => places.get(table)?.table ?? "");
    call.tables = [...new Set(names)];
    call.records = operations.length;
    return recorder.record(
      call,
      () => inside(observation, work),
      () => {},
    );
  }

  const { applyChanges, transact, domains, settled } = backend;
  return {
    openTable(domain, name, type) {
      const observe = (table: AdapterTable<M>): AdapterTable<M> => {
        const place = placeOf(domain, name, table.type);
        const observed = observedTable(table, place, observation);
        places.set(observed, place);
        return observed;
      };
      return recorded("openTable", placeOf(domain, name, type), () =>
        mapped(backend.openTable(domain, name, type), observe),
      );
    },
    tables: (domain) =>
      recorded(
        "tables",
        placeOf(domain),
        () => backend.tables(domain),
        (call, entries) => {
          call.records = (entries as readonly unknown[]).length;
        },
      ),
    dropTable: (domain, name) =>
      recorded("dropTable", placeOf(domain, name), () => backend.dropTable(domain, name)),
    close: () => recorded("closeBackend", placeOf(), () => backend.close()),
    ...(domains && { domains: () => domains.call(backend) }),
    ...(settled && { settled: () => settled.call(backend) }),
    ...(applyChanges && {
      applyChanges: (changes) =>
        batched(changes, () =>
          applyChanges.call(backend, changes.map(withInner<TableChange<M>, M>)),
        ),
    }),
    ...(transact && {
      transact: (operations) =>
        batched(operations, () =>
          transact.call(backend, operations.map(withInner<BatchOperation<M>, M>)),
        ),
    }),
  };
}

/** Core is handed the adapter's own table where that can be instrumented. */
function observedTable<M extends Mode>(
  table: AdapterTable<M>,
  place: CallPlace,
  observation: Observation<M>,
): AdapterTable<M> {
  if (observation.mode === "async" || !canInstrument(table))
    return wrappedTable(table, place, observation);
  instrument(table as AdapterTable<"sync">, place, observation as Observation<"sync">);
  return table;
}

/** What a batch says of a table, of the adapter's own one. */
function withInner<T extends { readonly table: AdapterTable<M> }, M extends Mode>(operation: T): T {
  return { ...operation, table: innerOf(operation.table) };
}

function mapped<T, U, M extends Mode>(value: Result<M, T>, change: (value: T) => U): Result<M, U> {
  return (value instanceof Promise ? value.then(change) : change(value as T)) as Result<M, U>;
}
