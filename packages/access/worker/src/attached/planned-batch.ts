import type {
  AdapterTable,
  BatchOperation,
  Key,
  ScanRange,
  StoreRecord,
  Toolkit,
} from "@store/core";
import type { SentRead } from "../channel/batch-calls.js";
import type { Caller } from "../channel/caller.js";
import { sentRange } from "../channel/table-calls.js";
import type { AttachedTable } from "./attached-table.js";
import { sentChange } from "./sent-batch.js";

/** Plans in vain, since others wrote what was read, until it is given up. */
const MOST_PLANS = 1_000;

/**
 * A batch with what only this thread can do, such as a schema: planned here, and done by the owner if each read comes to
 * the same there.
 */
export function plannedHere(
  caller: Caller,
  operations: readonly BatchOperation<"sync">[],
  toolkit: Toolkit,
): readonly unknown[] | undefined {
  for (let tries = 0; tries < MOST_PLANS; tries++) {
    const reads: SentRead[] = [];
    const watched = new Map<AttachedTable, AdapterTable<"sync">>();
    const ids = new Map<AdapterTable<"sync">, number>();
    const planned = operations.map((operation) => {
      const table = operation.table as AttachedTable;
      let recorder = watched.get(table);
      if (recorder === undefined) {
        recorder = recording(table, reads);
        watched.set(table, recorder);
        ids.set(recorder, table.id);
      }
      return { ...operation, table: recorder };
    });
    const plan = toolkit.planBatch(planned, "sync");
    const changes = (plan?.changes ?? []).map((change) =>
      sentChange(change, ids.get(change.table) as number),
    );
    if (caller.call(["planned", reads, changes], true)) return plan?.results;
  }
  throw toolkit.error(
    "STORE_INVALID_OPERATION",
    `what the batch reads was changed by others ${MOST_PLANS} times while its schema was asked`,
  );
}

/** The table, each answer of which is remembered. It has what core plans batches with, and no more. */
function recording(table: AttachedTable, reads: SentRead[]): AdapterTable<"sync"> {
  const note = <T>(call: string, args: readonly unknown[], answer: T): T => {
    reads.push([table.id, call, args, answer]);
    return answer;
  };
  const recorder: Partial<AdapterTable<"sync">> = {
    type: table.type,
    lookup: (key: Key) => note("lookup", [key], table.remote.lookup(key)),
    member: (key: Key) => note("member", [key], table.remote.member(key)),
    expiresAt: (key: Key) => note("expiresAt", [key], table.remote.expiresAt(key)),
    size: () => note("size", [], table.remote.size()),
    first: () => note("first", [], table.remote.first()),
    last: () => note("last", [], table.remote.last()),
    next: (key: Key) => note("next", [key], table.remote.next(key)),
    prev: (key: Key) => note("prev", [key], table.remote.prev(key)),
    scan: (range: ScanRange): Iterable<StoreRecord> =>
      note("records", [sentRange(range)], table.remote.records(range)),
    scanKeys: (range: ScanRange): Iterable<Key> =>
      note("keys", [sentRange(range)], table.remote.keys(range)),
  };
  return recorder as AdapterTable<"sync">;
}
