/**
 * Prints, as JSON, what of the process has changed after `@store/file` was imported, after a table was opened and after
 * the store was closed. Arguments: the format of the package ("esm", "cjs"), a data directory.
 */
import { createRequire } from "node:module";
import { constants } from "node:os";

const [, , format, dataDir] = process.argv;
const require = createRequire(import.meta.url);

/** What a program shares with everything that it loads. */
const shared = {
  process,
  ...Object.fromEntries(
    ["fs", "fs/promises", "path", "os", "events", "timers"].map((name) => [
      name,
      require(`node:${name}`),
    ]),
  ),
  ...Object.fromEntries(
    [Object, Array, Map, Set, Promise, Error, Date, Uint8Array, Buffer, EventTarget].map((type) => [
      `${type.name}.prototype`,
      type.prototype,
    ]),
  ),
  "process's prototypes": Object.getPrototypeOf(Object.getPrototypeOf(process)),
};

const events = [
  ...Object.keys(constants.signals),
  ..."exit beforeExit message disconnect warning uncaughtException unhandledRejection".split(" "),
];

/** Much of Node is loaded when it is first asked for, by a getter that is replaced then. */
const lazy = new Set();

function snapshot() {
  const seen = new Map();
  for (const [name, object] of Object.entries(shared)) {
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
      // Numbers, such as `process.exitCode`, and what a getter makes are state, not behaviour.
      if (typeof value === "function") seen.set(`${name}.${String(key)}`, value);
      else if (get || set) lazy.add(`${name}.${String(key)}`);
    }
  }
  // To look at what they are loads much of Node; which is also why other modules aren't here.
  for (const key of Reflect.ownKeys(globalThis)) seen.set(`globalThis.${String(key)}`, true);
  for (const event of events) seen.set(`listeners of ${event}`, process.listenerCount(event));
  return seen;
}

function changed() {
  const now = snapshot();
  const names = new Set([...before.keys(), ...now.keys()]);
  return [...names].filter((name) => before.get(name) !== now.get(name) && !lazy.has(name));
}

const { createStore } = format === "esm" ? await import("@store/core") : require("@store/core");
const before = snapshot();
const { fileAdapter } = format === "esm" ? await import("@store/file") : require("@store/file");
const afterImport = changed();

const store = createStore({ adapter: fileAdapter, options: { dataDir } });
const table = store.ensureTable("d", "t");
table.insert(["key", 1]);
table.sync();
const afterOpen = changed();

store.close();
const afterClose = changed();
console.log(JSON.stringify({ afterImport, afterOpen, afterClose }));
