import type { Adapter, AdapterBackend } from "@store/core";
import { durableAdapter, newVolume, sharedAdapter } from "../adapters/durable-adapter.js";
import { minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import { type Fault, from, withChangedMethods, withMethods } from "./broken.js";

/** Opens a table as what was asked for, whatever it is. */
function retyping(): Adapter<object, "sync"> {
  const right = minimalAdapter();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(domain, name, type) {
          const table = backend.openTable(domain, name, type);
          return { ...table, type: type ?? table.type };
        },
      };
    },
  };
}

/** Remembers closed tables by name alone, for all volumes together. */
function closingByName(): Adapter {
  const right = minimalAdapter();
  const closed = new Set<string>();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return {
        ...backend,
        openTable(domain, name, type) {
          const table = backend.openTable(domain, name, type);
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

/** The minimal adapter whose `tables` leaves out those that are closed, or were never written. */
function forgetting(when: "closed" | "empty"): Adapter {
  const right = minimalAdapter();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      const forgotten = new Set<string>();
      return {
        ...backend,
        openTable(domain, name, type) {
          const table = backend.openTable(domain, name, type);
          const id = JSON.stringify([domain, name]);
          if (when === "closed" || table.size() > 0) forgotten.delete(id);
          else forgotten.add(id);
          return {
            ...table,
            insertMany(records) {
              table.insertMany(records);
              if (when === "empty") forgotten.delete(id);
            },
            close: () => void (when === "closed" && forgotten.add(id)),
          };
        },
        tables: (domain) =>
          backend
            .tables(domain)
            .filter(({ name }) => !forgotten.has(JSON.stringify([domain, name]))),
      };
    },
  };
}

/** The minimal adapter whose `dropTable` does something else. */
function dropping(
  drop: (right: AdapterBackend<"sync">, domain: string, name: string) => boolean,
): Adapter {
  const right = minimalAdapter();
  return {
    ...right,
    open(options, toolkit) {
      const backend = right.open(options, toolkit);
      return { ...backend, dropTable: (domain, name) => drop(backend, domain, name) };
    },
  };
}

export const LIFECYCLE_FAULTS: readonly Fault[] = [
  {
    name: "tables forgets a table that was closed",
    suite: "tables, dropTable",
    test: "tables lists the tables of the domain by name, open or not",
    options: from(forgetting("closed")),
  },
  {
    name: "tables forgets a table that was never written",
    suite: "tables, dropTable",
    test: "tables lists the tables of the domain by name, open or not, empty or not",
    options: from(forgetting("empty")),
  },
  {
    name: "dropTable leaves the records",
    suite: "tables, dropTable",
    test: "dropTable removes the table with its records",
    options: from(
      dropping((right, domain, name) => right.tables(domain).some((table) => table.name === name)),
    ),
  },
  {
    name: "dropTable drops the table of that name in every domain",
    suite: "tables, dropTable",
    test: "dropTable removes the table with its records",
    options: from(
      dropping((right, domain, name) => {
        for (const other of ["d", "other"]) if (other !== domain) right.dropTable(other, name);
        return right.dropTable(domain, name);
      }),
    ),
  },
  {
    name: "dropTable says that a table was there that never was",
    suite: "tables, dropTable",
    test: "dropTable removes the table with its records",
    options: from(
      dropping((right, domain, name) => {
        right.dropTable(domain, name);
        return true;
      }),
    ),
  },
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
    options: withMethods(({ deleteAllObjects }) => ({ close: deleteAllObjects })),
  },
  {
    name: "fails to close",
    suite: "createAdapter",
    options: withMethods(() => ({
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
        adapter: withChangedMethods(durableAdapter() as Adapter<object, "sync">, () => ({
          close: () => {},
        })),
        options: newVolume(),
      }),
    },
  },
  {
    name: "closes the table of the same name on another volume too",
    suite: "migrateDomain",
    options: from(closingByName()),
  },
  {
    name: "is created on the same volume each time",
    suite: "createAdapter",
    options: { createAdapter: () => ({ adapter: sharedAdapter(), options: { volume: "always" } }) },
  },
  {
    name: "is created on a volume that isn't empty",
    suite: "createAdapter",
    options: withMethods((right) => {
      if (right.size() === 0) right.insertMany([["left over", 1]]);
      return {};
    }),
  },
  {
    name: "isn't an adapter",
    suite: "createAdapter",
    options: { createAdapter: () => undefined as never },
  },
];
