import type { Adapter } from "@store/core";
import { durableAdapter, newPlace, sharedAdapter } from "../durable-adapter.js";
import { minimalAdapter, minimalTable } from "../minimal-adapter.js";
import { type Fault, from, rehooked, withHooks } from "./broken.js";

/** Opens a table as what was asked for, whatever it is. */
function retyping(): Adapter<object, "sync"> {
  const right = minimalAdapter();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(name, type) {
          const table = backend.openTable(name, type);
          return { ...table, type: type ?? table.type };
        },
      };
    },
  };
}

/** Keeps account of its closed tables by name, for all places together. */
function closingByName(): Adapter {
  const right = minimalAdapter();
  const closed = new Set<string>();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(name, type) {
          const table = backend.openTable(name, type);
          closed.delete(name);
          return {
            ...table,
            lookup(key) {
              if (closed.has(name)) throw new Error("the table is closed");
              return table.lookup(key);
            },
            close: () => void closed.add(name),
          };
        },
      };
    },
  };
}

export const LIFECYCLE_FAULTS: readonly Fault[] = [
  {
    name: "opens a table as the type that was asked for",
    suite: "store",
    options: from(retyping()),
  },
  {
    name: "opens every table as a set",
    suite: "store",
    options: from(
      minimalAdapter((shelf, toolkit) => minimalTable({ ...shelf, type: "set" }, toolkit)),
    ),
  },
  {
    name: "loses the records when a table is closed",
    suite: "store",
    options: withHooks(({ deleteAllObjects }) => ({ close: deleteAllObjects })),
  },
  {
    name: "fails to close",
    suite: "createAdapter",
    options: withHooks(() => ({
      close() {
        throw new Error("busy");
      },
    })),
  },
  {
    name: "keeps a table's lock when it is closed",
    suite: "store",
    options: {
      createAdapter: () => ({
        adapter: rehooked(durableAdapter() as Adapter<object, "sync">, () => ({ close: () => {} })),
        options: newPlace(),
      }),
    },
  },
  {
    name: "closes a table with that of the same name in another place",
    suite: "migrateDomain",
    options: from(closingByName()),
  },
  {
    name: "comes in the same place each time",
    suite: "createAdapter",
    options: { createAdapter: () => ({ adapter: sharedAdapter(), options: { place: "always" } }) },
  },
  {
    name: "comes in a place that isn't empty",
    suite: "createAdapter",
    options: withHooks((right) => {
      if (right.size() === 0) right.insertMany([["left over", 1]]);
      return {};
    }),
  },
  {
    name: "is none",
    suite: "createAdapter",
    options: { createAdapter: () => undefined as never },
  },
];
