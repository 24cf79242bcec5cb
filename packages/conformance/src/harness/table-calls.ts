import { _ } from "@store/core";
import { collect } from "../assertions/assertion.js";
import type { AnyTable } from "../backend/any-store.js";

/** Every call on a table, with arguments that would do for an open one. */
export function callsOf(table: AnyTable): Record<string, () => unknown> {
  return {
    insert: () => table.insert(["k", 1]),
    insertMany: () => table.insertMany([["k", 1]]),
    insertNew: () => table.insertNew(["k", 1]),
    insertNewMany: () => table.insertNewMany([["k", 1]]),
    lookup: () => table.lookup("k"),
    lookupMany: () => table.lookupMany(["k"]),
    lookupElement: () => table.lookupElement("k", 2),
    member: () => table.member("k"),
    take: () => table.take("k"),
    delete: () => table.delete("k"),
    deleteMany: () => table.deleteMany(["k"]),
    deleteObject: () => table.deleteObject(["k", 1]),
    deleteAllObjects: () => table.deleteAllObjects(),
    replace: () => table.replace(["k", 1], ["k", 2]),
    updateElement: () => table.updateElement("k", [2, 1]),
    updateCounter: () => table.updateCounter("k", 1),
    append: () => table.append(["k"], 1),
    first: () => table.first(),
    last: () => table.last(),
    next: () => table.next("k"),
    prev: () => table.prev("k"),
    firstLookup: () => table.firstLookup(),
    lastLookup: () => table.lastLookup(),
    nextLookup: () => table.nextLookup("k"),
    prevLookup: () => table.prevLookup("k"),
    count: () => table.count(),
    deleteRange: () => table.deleteRange({}),
    records: () => collect(table.records()),
    keys: () => collect(table.keys()),
    foldl: () => table.foldl((_record, count) => count, 0),
    matchObject: () => table.matchObject([_, _]),
    matchDelete: () => table.matchDelete([_, _]),
    expire: () => table.expire("k", 4_102_444_800_000),
    expiresAt: () => table.expiresAt("k"),
    size: () => table.size,
    info: () => table.info(),
    sync: () => table.sync(),
    flushCounters: () => table.flushCounters(),
  };
}
