import type { Adapter, Key } from "@store/core";
import type { ConformanceOptions } from "../../src/index.js";
import {
  atomicMethods,
  type DurableOptions,
  durableAdapter,
  newVolume,
  removeVolume,
  sharedAdapter,
} from "../adapters/durable-adapter.js";
import { asynchronous, minimalAdapter, minimalTable } from "../adapters/minimal-adapter.js";
import {
  declaring,
  type Fault,
  from,
  type SyncTable,
  withChangedMethods,
  withMethods,
} from "./broken.js";

/** Options for an adapter of the durable kind: each test gets its own volume. */
function onVolume(
  adapter: Adapter,
): ConformanceOptions<{ adapter: Adapter; options: DurableOptions }> {
  return {
    createAdapter: () => ({ adapter, options: newVolume() }),
    cleanup: ({ options }) => removeVolume(options),
  };
}

const durable = durableAdapter() as Adapter<object, "sync">;

/** What was written last is gone when the table is closed. */
function losing(right: SyncTable): Partial<SyncTable> {
  let last: Parameters<SyncTable["insertMany"]>[0] = [];
  return {
    insertMany(records) {
      right.insertMany(records);
      last = records.slice(-1);
    },
    close() {
      right.deleteObjects(last);
      right.close();
    },
  };
}

/** Declares another thing once it is opened. */
function changing(): Adapter {
  const capabilities = { ...minimalAdapter().capabilities };
  const right = minimalAdapter((shelf, toolkit) => {
    capabilities.bags = !capabilities.bags;
    return minimalTable(shelf, toolkit);
  });
  return { ...right, capabilities };
}

function without(capability: string): Adapter {
  const right = minimalAdapter();
  const left = Object.entries(right.capabilities).filter(([name]) => name !== capability);
  return { ...right, capabilities: Object.fromEntries(left) as never };
}

let opened = 0;

export const DECLARATION_FAULTS: readonly Fault[] = [
  {
    name: "declares durable, and isn't",
    suite: "durable",
    options: withMethods(() => ({ sync: () => {} }), { durable: true }),
  },
  {
    name: "declares durable, and loses the last write",
    suite: "durable",
    options: onVolume(withChangedMethods(durable, losing)),
  },
  {
    name: "declares durable, and has no sync",
    suite: "createAdapter",
    options: from(minimalAdapter(minimalTable, { durable: true })),
  },
  {
    name: "doesn't declare durable, and is",
    suite: "durable",
    options: onVolume(declaring(durable, { durable: false })),
  },
  {
    name: "doesn't declare ordered, and has ordered_set",
    suite: "declared gaps",
    options: from(minimalAdapter(minimalTable, { ordered: false })),
  },
  {
    name: "doesn't declare bags, and has them",
    suite: "declared gaps",
    options: from(minimalAdapter(minimalTable, { bags: false })),
  },
  {
    name: "declares ordered, and keeps keys in the order of insertion",
    suite: "first",
    options: from(
      minimalAdapter((shelf, toolkit) => ({
        ...minimalTable({ ...shelf, type: "set" }, toolkit),
        type: shelf.type,
      })),
    ),
  },
  {
    name: "declares bags, and makes sets of them",
    suite: "insert, insertMany",
    options: from(
      minimalAdapter((shelf, toolkit) => {
        const type = shelf.type === "ordered_set" ? shelf.type : "set";
        return { ...minimalTable({ ...shelf, type }, toolkit), type: shelf.type };
      }),
    ),
  },
  {
    name: "declares shared, and isn't",
    suite: "shared",
    options: withMethods((right) => atomicMethods(right), { shared: true }),
  },
  {
    name: "declares shared, and leaves the atomic methods to core",
    suite: "createAdapter",
    options: from(minimalAdapter(minimalTable, { shared: true })),
  },
  {
    name: "doesn't declare shared, and is",
    suite: "shared",
    options: onVolume(declaring(sharedAdapter(), { shared: false })),
  },
  {
    name: "declares a capability as a string",
    suite: "declaration",
    options: from(declaring(minimalAdapter(), { shared: "no" as never })),
  },
  {
    name: "declares a capability that nobody knows",
    suite: "declaration",
    options: from(declaring(minimalAdapter(), { fast: true } as object)),
  },
  {
    name: "leaves out a capability",
    suite: "declaration",
    options: from(without("serializes")),
  },
  {
    name: "changes its declaration when it is opened",
    suite: "declaration",
    options: from(changing()),
  },
  {
    name: "is written for another version of the contract",
    suite: "declaration",
    options: from({ ...minimalAdapter(), contractVersion: 1 as never }),
  },
  {
    name: "has no name",
    suite: "declaration",
    options: from({ ...minimalAdapter(), name: "" }),
  },
  {
    name: "says that it is sync, and returns promises",
    suite: "mode",
    options: from({ ...asynchronous(minimalAdapter()), mode: "sync" } as Adapter),
  },
  {
    name: "says that it is sync, and lookup returns a promise",
    suite: "lookup",
    options: withMethods(({ lookup }) => ({ lookup: async (key: Key) => lookup(key) }) as object),
  },
  {
    name: "lacks methods",
    suite: "createAdapter",
    options: withMethods(() => ({ prev: undefined, deleteObjects: undefined }) as object),
  },
  {
    name: "changes the options that it normalizes",
    suite: "declaration",
    options: {
      createAdapter: () => ({
        adapter: {
          ...minimalAdapter(),
          normalizeOptions(options: { list?: number[] }) {
            options.list?.push(1);
            return {};
          },
        },
        options: { list: [] },
      }),
    },
  },
  {
    name: "normalizes equal options to unequal ones",
    suite: "domains",
    options: from({ ...minimalAdapter(), normalizeOptions: () => ({ at: opened++ }) }),
  },
  {
    name: "accepts options that it should refuse",
    suite: "domains",
    options: { ...from(minimalAdapter()), invalidOptions: [{ size: -1 }] },
  },
  {
    name: "refuses options without naming them",
    suite: "domains",
    options: {
      ...from({
        ...minimalAdapter(),
        normalizeOptions(options: object) {
          if (Object.keys(options).length > 0) throw new Error("bad options");
          return {};
        },
      }),
      invalidOptions: [{ size: -1 }],
    },
  },
];
