import type { StoreRecord } from "@store/core";
import { collect, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite } from "../../harness/suite.js";

class Account {
  balance = 1;
}

type Unstorable = readonly [kind: string, make: () => unknown, path: string];

const SHARED: readonly Unstorable[] = [
  ["a SharedArrayBuffer", () => ({ buffer: new SharedArrayBuffer(2) }), "[2].buffer"],
];

const DETACHED: readonly Unstorable[] = [
  ["a detached ArrayBuffer", () => ({ buffer: detached() }), "[2].buffer"],
  ["bytes over a detached ArrayBuffer", () => [detachedView(Uint8Array)], "[2][0]"],
  ["a typed array over a detached ArrayBuffer", () => [detachedView(Float32Array)], "[2][0]"],
];

/** What can't be stored, with the path that the message must name. The whole is element 2. */
const UNSTORABLE: readonly Unstorable[] = [
  // A page that isn't isolated has no shared memory, a test in jsdom nothing that detaches a buffer.
  ...(typeof SharedArrayBuffer === "function" ? SHARED : []),
  ...(typeof structuredClone === "function" ? DETACHED : []),
  ["a function", () => () => 1, "[2]"],
  ["a symbol", () => Symbol("s"), "[2]"],
  ["a function, nested", () => ({ tools: [{ run: () => 1 }] }), "[2].tools[0].run"],
  ["a symbol, nested", () => [1, [Symbol.iterator]], "[2][1][0]"],
  ["an instance of a class", () => ({ account: new Account() }), "[2].account"],
  ["an Error", () => [new Error("e")], "[2][0]"],
  ["a RegExp", () => ({ pattern: /x/ }), "[2].pattern"],
  ["a promise", () => ({ later: Promise.resolve() }), "[2].later"],
  ["a WeakMap", () => [new WeakMap()], "[2][0]"],
  ["a boxed number", () => [Object(1)], "[2][0]"],
  ["a subclass of a typed array", () => [new (class Sub extends Float64Array {})(2)], "[2][0]"],
  ["a Proxy of a Map", () => ({ map: new Proxy(new Map(), {}) }), "[2].map"],
  ["objects shared so often that copying took hours", () => ({ a: doubled(60) }), "[2]"],
  ["a DataView", () => [new DataView(new ArrayBuffer(2))], "[2][0]"],
  ["a URL", () => ({ url: new URL("http://localhost") }), "[2].url"],
  ["a subclass of Array", () => ({ list: new (class Sub extends Array {})() }), "[2].list"],
  ["a subclass of Map", () => ({ map: new (class Sub extends Map {})() }), "[2].map"],
  ["a subclass of Date", () => ({ date: new (class Sub extends Date {})() }), "[2].date"],
  ["an object with a prototype of its own", () => ({ o: Object.create({ a: 1 }) }), "[2].o"],
  ["a sparse array", () => ({ list: sparse() }), "[2].list[1]"],
  ["a cycle of objects", () => cycle(), "[2].self"],
  ["a cycle of arrays", () => [cycle()], "[2][0].self"],
  ["a cycle through a Map", () => mapCycle(), "[2]"],
  ["a function in a Map", () => new Map([["run", () => 1]]), "[2]"],
  ["a function as a key of a Map", () => new Map([[() => 1, "run"]]), "[2]"],
  ["a function in a Set", () => ({ set: new Set([() => 1]) }), "[2].set"],
  ["a nesting of 1,001 levels", () => nested(1_001), "[2]"],
  ["a nesting without end", () => nested(50_000), "[2]"],
  [
    "a getter that throws",
    () => ({
      a: {
        get b() {
          throw new Error("no");
        },
      },
    }),
    "[2]",
  ],
  ["a revoked proxy", () => ({ proxy: revoked() }), "[2]"],
];

/** Values that every write refuses, alike in every adapter. */
export const refusals: Suite = {
  name: "what can't be stored",
  heading: "What can be stored",
  lookAt:
    "core, which refuses these values before it calls the adapter: is the installed version of @store/core right?",
  define({ eachType }) {
    eachType(
      "insert of what can't be stored throws STORE_INVALID_RECORD naming the path",
      ALL,
      async (table) => {
        for (const [, make, path] of UNSTORABLE) {
          await refuses(
            "STORE_INVALID_RECORD",
            () => table.insert(["k", make()]),
            "insert",
            '"t"',
            path,
          );
        }
        same([await table.size, await collect(table.keys())], [0, []], "size and keys");
      },
    );

    eachType("an element after the second is named by its position", ALL, async (table) => {
      const record: StoreRecord = ["k", 1, "x", { run: () => 1 }];
      await refuses("STORE_INVALID_RECORD", () => table.insert(record), "[4].run");
    });

    eachType("a record with a hole throws STORE_INVALID_RECORD", ALL, async (table) => {
      const record = ["k", 1, 2];
      delete record[1];
      await refuses("STORE_INVALID_RECORD", () => table.insert(record as never), "[2]");
      same(await table.size, 0, "size");
    });

    eachType(
      "every operation that writes refuses what can't be stored, and changes nothing",
      ALL,
      async (table) => {
        await table.insert(["k", 1]);
        for (const [kind, make] of UNSTORABLE) {
          for (const [operation, call] of Object.entries(writesWith(table, make()))) {
            const error = await refuses("STORE_INVALID_RECORD", call, operation);
            same(error.name, "StoreError", `the error's name, for ${kind}`);
          }
        }
        same(await collect(table.records()), [["k", 1]], "the records");
        same(await table.size, 1, "size");
      },
    );

    eachType(
      "replace and updateElement refuse what can't be stored, and change nothing",
      ["set", "ordered_set"],
      async (table) => {
        await table.insert(["k", 1]);
        for (const [, make, path] of UNSTORABLE) {
          const bad = make();
          await refuses("STORE_INVALID_RECORD", () => table.replace(["k", 1], ["k", bad]), path);
          await refuses("STORE_INVALID_RECORD", () => table.replace(["k", bad], ["k", 2]), path);
          await refuses("STORE_INVALID_RECORD", () => table.updateElement("k", [2, bad]), path);
        }
        same(await table.lookup("k"), [["k", 1]]);
      },
    );
  },
};

function writesWith(table: AnyTable, bad: unknown): Record<string, () => unknown> {
  return {
    insert: () => table.insert(["k", bad]),
    insertMany: () =>
      table.insertMany([
        ["new", 1],
        ["bad", bad],
        ["newer", 1],
      ]),
    insertNew: () => table.insertNew(["new", bad]),
    insertNewMany: () =>
      table.insertNewMany([
        ["new", 1],
        ["bad", bad],
      ]),
    deleteObject: () => table.deleteObject(["k", bad]),
  };
}

function sparse(): unknown[] {
  const list = [1, 2, 3];
  delete list[1];
  return list;
}

function cycle(): object {
  const object = { a: 1 };
  return Object.assign(object, { self: object });
}

function mapCycle(): object {
  const map = new Map<string, unknown>();
  return map.set("in", [map]);
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = { value };
  return value;
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function detachedView(type: typeof Uint8Array | typeof Float32Array): object {
  const view = new type(new ArrayBuffer(8));
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** An object in two places of an object that is in two places of an object, and so on. */
function doubled(times: number): unknown {
  let value: unknown = { a: 1 };
  for (let time = 0; time < times; time++) value = { a: value, b: value };
  return value;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
