import type { StoreRecord } from "@store/core";
import { atomicMethods } from "../adapters/durable-adapter.js";
import { idOf, minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { type Fault, from, withMethods, withRules } from "./broken.js";

function json(value: unknown): string {
  return JSON.stringify(value, (_name, part) => (typeof part === "bigint" ? `${part}n` : part));
}

export const RECORD_FAULTS: readonly Fault[] = [
  {
    name: "insertMany keeps the first of two records of one key",
    suite: "insert, insertMany",
    options: withMethods(({ type, insertMany }) => ({
      insertMany: (records) => insertMany(type.endsWith("bag") ? records : records.toReversed()),
    })),
  },
  {
    name: "has an insert that adds to the record that is there",
    suite: "insert, insertMany",
    options: withMethods((right, shelf) => ({
      insert(record) {
        shelf.groups.set(idOf(record[0]), [...right.lookup(record[0]), record]);
      },
    })),
  },
  {
    name: "forgets that a bag keeps equal records once",
    suite: "insert, insertMany",
    options: withRules(() => ({ equalRecords: (a, b) => a === b })),
  },
  {
    name: "compares records as JSON",
    suite: "equality",
    options: withRules(() => ({ equalRecords: (a, b) => json(a) === json(b) })),
  },
  {
    name: "keeps equal records of a duplicate_bag once",
    suite: "insert, insertMany",
    options: from(
      minimalAdapter((shelf, toolkit) => {
        const type = shelf.type === "duplicate_bag" ? "bag" : shelf.type;
        return { ...minimalTable({ ...shelf, type }, toolkit), type: shelf.type };
      }),
    ),
  },
  {
    name: "puts a bag's new record first",
    suite: "insert, insertMany",
    options: withMethods((right, shelf) => ({
      insertMany(records) {
        right.insertMany(records);
        for (const group of shelf.groups.values()) group.reverse();
      },
    })),
  },
  {
    name: "moves a bag's record to the end when an equal one is inserted",
    suite: "insert, insertMany",
    options: withMethods((right) => ({
      insertMany(records) {
        if (right.type === "bag") right.deleteObjects(records);
        right.insertMany(records);
      },
    })),
  },
  {
    name: "insertNew overwrites",
    suite: "insertNew",
    options: withMethods(({ insertMany }) => ({
      insertNew(records) {
        insertMany(records);
        return true;
      },
    })),
  },
  {
    name: "insertNew looks at the first key only",
    suite: "insertNew",
    options: withMethods((right) => ({
      insertNew(records) {
        if (records.slice(0, 1).some(([key]) => right.lookup(key).length > 0)) return false;
        right.insertMany(records);
        return true;
      },
    })),
  },
  {
    name: "insertNew inserts what is new, and returns false",
    suite: "insertNew",
    options: withMethods((right) => ({
      insertNew(records) {
        const fresh = records.filter(([key]) => right.lookup(key).length === 0);
        right.insertMany(fresh);
        return fresh.length === records.length;
      },
    })),
  },
  {
    name: "member is always true",
    suite: "lookup",
    options: withMethods(() => ({ member: () => true })),
  },
  {
    name: "lookup of a missing key fails",
    suite: "lookup",
    options: withMethods(({ lookup }) => ({
      lookup(key) {
        const records = lookup(key);
        if (records.length === 0) throw new Error("no such key");
        return records;
      },
    })),
  },
  {
    name: "take doesn't delete",
    suite: "lookup",
    options: withMethods(({ lookup }) => ({ take: (key) => lookup(key) })),
  },
  {
    name: "take returns one record of a bag",
    suite: "lookup",
    // Of one that doesn't serialize, core returns what it has looked up before.
    options: withMethods(
      (right) => ({ take: (key) => atomicMethods(right).take(key).slice(0, 1) }),
      { serializes: true },
    ),
  },
  {
    name: "delete removes a bag's first record only",
    suite: "delete",
    options: withMethods((right) => ({
      delete(key) {
        const [first] = right.lookup(key);
        if (first !== undefined) right.deleteObjects([first]);
      },
    })),
  },
  {
    name: "delete of a missing key fails",
    suite: "delete",
    options: withMethods((right) => ({
      delete(key) {
        if (right.lookup(key).length === 0) throw new Error("no such key");
        right.delete(key);
      },
    })),
  },
  {
    name: "deleteObject removes only one of equal records",
    suite: "delete",
    options: withMethods((right, shelf) => ({
      deleteObjects(records) {
        let count = 0;
        for (const record of records) {
          const group = right.lookup(record[0]);
          const index = group.findIndex((other) => json(other) === json(record));
          if (index < 0) continue;
          group.splice(index, 1);
          right.delete(record[0]);
          if (group.length > 0) shelf.groups.set(idOf(record[0]), group);
          count++;
        }
        return count;
      },
    })),
  },
  {
    name: "deleteObject removes all records of the key",
    suite: "delete",
    options: withMethods((right) => ({
      deleteObjects(records) {
        for (const [key] of records) right.delete(key);
        return records.length;
      },
    })),
  },
  {
    name: "deleteObjects removes the first of its records only",
    suite: "matchObject",
    options: withMethods(({ deleteObjects }) => ({
      deleteObjects: (records) => deleteObjects(records.slice(0, 1)),
    })),
  },
  {
    name: "deleteObjects forgets to count what it removed",
    suite: "matchObject",
    options: withMethods(({ deleteObjects }) => ({
      deleteObjects(records) {
        deleteObjects(records);
        return 0;
      },
    })),
  },
  {
    name: "deleteAllObjects leaves one",
    suite: "delete",
    options: withMethods((right) => ({
      deleteAllObjects() {
        const key = right.last();
        const left: StoreRecord[] = key === undefined ? [] : right.lookup(key);
        right.deleteAllObjects();
        right.insertMany(left);
      },
    })),
  },
  {
    name: "has a size that is stale after a delete",
    suite: "size",
    options: withMethods((right) => {
      let size = right.size();
      return {
        insertMany(records) {
          right.insertMany(records);
          size = right.size();
        },
        size: () => size,
      };
    }),
  },
  {
    name: "has a size that counts a bag's keys",
    suite: "size",
    options: withMethods((_right, shelf) => ({ size: () => shelf.groups.size })),
  },
  {
    name: "gives a negative number of bytes",
    suite: "size",
    options: withMethods(() => ({ usage: () => ({ memoryBytes: -1 }) })),
  },
];
