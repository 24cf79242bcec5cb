import type { Mode } from "../adapter/mode.js";
import { nothing, type Steps, step } from "../adapter/steps.js";
import type { StoreRecord } from "../values/record.js";
import { callerOf } from "./call.js";
import { queryingOf } from "./querying.js";
import { readingOf } from "./reading.js";
import type { Table, TableInfo } from "./table.js";
import { type Operations, operationsOf, type TableContext } from "./table-context.js";
import { updatingOf } from "./updating.js";
import { writingOf } from "./writing.js";

/** What stands behind each handle, for batches. */
const contexts = new WeakMap<object, TableContext<Mode>>();

/**
 * What a user holds of a table. An operation checks its arguments, makes them the table's own, and delegates to the
 * adapter; what it returns is released to the user.
 */
export function tableHandle<M extends Mode>(context: TableContext<M>): Table<StoreRecord, M> {
  const operations = operationsOf(context);
  const { methods, runner, call } = operations;
  const size = call("size", () => runner.map<number, number>(methods.size(), (count) => count));

  const table = {
    name: context.name,
    domain: context.domain,
    type: methods.type,

    ...writingOf(operations),
    ...readingOf(operations),
    ...updatingOf(operations),
    ...queryingOf(operations),

    info: call("info", () => runner.run(describing(operations))),
    sync: call("sync", () => runner.map(methods.sync(), nothing)),
    flushCounters: call("flushCounters", () => runner.map(methods.flushCounters(), nothing)),
    close: callerOf({ ...context, checkOpen: nothing }, context.mode)("close", () =>
      context.close(),
    ),
  };
  // Whoever goes through the members of a handle, a logger say, doesn't mean to make a call.
  Object.defineProperty(table, "size", { get: () => size(), enumerable: false });
  const handle = Object.freeze(table) as unknown as Table<StoreRecord, M>;
  contexts.set(handle, context);
  return handle;
}

/** What stands behind a handle; undefined for what is none. */
export function contextOf(table: unknown): TableContext<Mode> | undefined {
  return typeof table === "object" && table !== null ? contexts.get(table) : undefined;
}

function* describing({ name, domain, adapter, methods }: Operations<Mode>): Steps<TableInfo> {
  const usage = yield* step(methods.usage());
  return {
    name,
    domain,
    type: methods.type,
    adapter,
    size: yield* step(methods.size()),
    memoryBytes: usage?.memoryBytes,
    diskBytes: usage?.diskBytes,
    details: usage?.details,
  };
}
