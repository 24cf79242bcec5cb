import type { Capabilities } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import { expiringTable } from "../adapters/expiring-table.js";
import { minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { type Fault, from, recordsOf, type SyncTable } from "./broken.js";

/**
 * An adapter with expiry, some methods of its tables changed.
 * @param change gets the right table, and one of the same records that hides nothing
 */
function withExpiry(
  change: (right: SyncTable, bare: SyncTable) => Partial<SyncTable>,
  capabilities: Partial<Capabilities> = {},
): ConformanceOptions {
  const adapter = minimalAdapter(
    (shelf, toolkit) => {
      const right = expiringTable(shelf, toolkit);
      return { ...right, ...change(right, minimalTable(shelf, toolkit)) };
    },
    { expiry: true, ...capabilities },
  );
  return from(adapter);
}

export const EXPIRY_FAULTS: readonly Fault[] = [
  {
    name: "an iterator returns what expired",
    suite: "expiry",
    test: "a record that expired is found by no call",
    options: withExpiry((_right, bare) => ({
      *scan({ reverse }) {
        const records = recordsOf(bare);
        yield* reverse ? records.reverse() : records;
      },
    })),
  },
  {
    name: "the walk comes by the key of what expired",
    suite: "expiry",
    test: "a record that expired is found by no call",
    options: withExpiry((_right, bare) => ({
      next: (key) => bare.next(key),
      prev: (key) => bare.prev(key),
    })),
  },
  {
    name: "insertNew says false for what expired",
    suite: "the first call after a record's moment",
    test: "each call finds nothing",
    options: withExpiry((right, bare) => ({
      insertNew(records, expiresAt) {
        if (records.some(([key]) => bare.lookup(key).length > 0)) return false;
        right.insertMany(records, expiresAt);
        return true;
      },
    })),
  },
  {
    name: "a counter goes on where it expired",
    suite: "expiry",
    test: "what expired is another's to replace and to count anew",
    options: withExpiry((right, bare) => ({
      update(key, change) {
        const [record] = bare.lookup(key);
        if (record === undefined) return undefined;
        const moments = right.expiresAt?.(key);
        const changed = change(record);
        right.insertMany([changed], moments);
        return changed;
      },
    })),
  },
  {
    name: "replaces what expired",
    suite: "expiry",
    test: "what expired is another's to replace and to count anew",
    options: withExpiry((right, bare) => ({
      replace(expected, record, expiresAt) {
        const isThere = bare.lookup(expected[0]).some((stored) => stored[1] === expected[1]);
        if (isThere) right.insertMany([record], [expiresAt]);
        return isThere;
      },
    })),
  },
  {
    name: "size never forgets what expired",
    suite: "expiry",
    test: "size and count forget what expired when it is replaced",
    options: withExpiry((right) => {
      let expired = 0;
      return {
        insertMany(records, expiresAt) {
          right.insertMany(records, expiresAt);
          expired += (expiresAt ?? []).filter((at) => at !== undefined && at <= Date.now()).length;
        },
        size: () => right.size() + expired,
      };
    }),
  },
  {
    name: "take returns what expired",
    suite: "the first call after a record's moment",
    test: "each call finds nothing",
    // Of one that doesn't serialize, core may return what it has looked up before.
    options: withExpiry(
      (right, bare) => ({
        take(key) {
          const taken = bare.lookup(key);
          right.delete(key);
          return taken;
        },
      }),
      { serializes: true },
    ),
  },
  {
    name: "deleteObjects counts what expired",
    suite: "the first call after a record's moment",
    test: "each call finds nothing",
    options: withExpiry((_right, bare) => ({ deleteObjects: (gone) => bare.deleteObjects(gone) })),
  },
  {
    name: "expire revives what expired",
    suite: "the first call after a record's moment",
    test: "each call finds nothing",
    options: withExpiry((right, bare) => ({
      expire(key, at) {
        if (right.lookup(key).length > 0) return right.expire?.(key, at) ?? false;
        const records = bare.lookup(key);
        if (records.length === 0) return false;
        right.insertMany(
          records,
          records.map(() => at),
        );
        return true;
      },
    })),
  },
  {
    name: "insertMany ignores the moments",
    suite: "expiry",
    test: "insert with a moment that is past leaves no record",
    options: withExpiry((right) => ({
      insertMany: (records, expiresAt) => right.insertMany(records, expiresAt && []),
    })),
  },
  {
    name: "an update takes the moment away",
    suite: "setting and keeping moments",
    test: "updates leave the moment, insert and replace without one take it away",
    options: withExpiry((right) => ({
      update(key, change) {
        const [record] = right.lookup(key);
        if (record === undefined) return undefined;
        const changed = change(record);
        right.insertMany([changed]);
        return changed;
      },
    })),
  },
  {
    name: "a bag's equal record keeps the old moment",
    suite: "moments of a bag's records",
    test: "an equal record inserted again takes the new moment",
    options: withExpiry((right) => ({
      insertMany(records, expiresAt) {
        for (const [n, record] of records.entries()) {
          const before = right.lookup(record[0]);
          const moments = right.expiresAt?.(record[0]) ?? [];
          right.insertMany([record], [expiresAt?.[n]]);
          if (right.type !== "bag" || right.lookup(record[0]).length !== before.length) continue;
          if (before.length > 0) right.insertMany(before, moments);
        }
      },
    })),
  },
  {
    name: "expire sets the moment of a key's first record only",
    suite: "moments of a bag's records",
    test: "expire sets the moments of all records of the key",
    options: withExpiry((right) => ({
      expire(key, at) {
        const [first] = right.lookup(key);
        if (first !== undefined) right.insertMany([first], [at]);
        return first !== undefined;
      },
    })),
  },
];
