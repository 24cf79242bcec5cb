import { statSync, utimesSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate } from "node:timers/promises";
import { createStore, type Store, type StoreRecord, type Table } from "@store/core";
import type { Answer, Command } from "../../prove/contests/contender.js";
import { compact } from "../../src/backup.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { CLAIM } from "../../src/ownership/epoch.js";
import type { FileStatus, FileSystem } from "../../src/platform/file-system.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { nodeHost } from "../../src/platform/node-host.js";

// Does to tables, each of which has a data directory of its own, what it is told, command by command, and says what came of
// each. By how much its clocks are ahead says the size of a file.

const [, , dataDir = "", clock = ""] = process.argv;
/** Milliseconds by which the clocks are ahead. */
const ahead = () => statSync(clock).size;
/** The clock that stamps files is ahead, too, where that counts: for heartbeats, and for who looks what time it is. */
const fileSystem = new Proxy(nodeFileSystem, {
  get(inner, name: keyof FileSystem) {
    if (name === "touch") return touch;
    if (name === "linkStatus") return linkStatus;
    return inner[name].bind(inner);
  },
});
const adapter = createFileAdapter({
  fileSystem,
  host: {
    process: nodeHost.process,
    stateOf: (other) => nodeHost.stateOf(other),
    hasOpen: (other, path) => nodeHost.hasOpen(other, path),
    sleep: (milliseconds) => nodeHost.sleep(milliseconds),
    wallTime: () => nodeHost.wallTime() + ahead(),
    monotonicTime: () => nodeHost.monotonicTime() + ahead(),
    startTimer: (milliseconds, callback) => nodeHost.startTimer(milliseconds, callback),
    defer: (callback) => nodeHost.defer(callback),
    uuid: () => nodeHost.uuid(),
  },
});
const stores = new Map<string, Store<"sync">>();
const input = createInterface(process.stdin);
input.on("line", async (line) => say(await answer(JSON.parse(line))));
say({});

function touch(path: string): void {
  const now = (Date.now() + ahead()) / 1000;
  utimesSync(path, now, now);
}

function linkStatus(path: string): FileStatus | undefined {
  const status = nodeFileSystem.linkStatus(path);
  const isProbe = basename(path).startsWith(CLAIM);
  return status && { ...status, modifiedAt: status.modifiedAt + (isProbe ? ahead() : 0) };
}

async function answer(command: Command): Promise<Answer> {
  try {
    return (await obey(command)) ?? {};
  } catch (error) {
    const { code = String(error), cause } = Object(error);
    return { code, pid: cause?.pid };
  }
}

async function obey(command: Command): Promise<Answer | undefined> {
  switch (command.do) {
    case "open": {
      const table = tableOf(command);
      return { keys: [...table.records()].map(([key]) => String(key)) };
    }
    case "insert":
      tableOf(command).insertMany(command.keys.map((key) => [key, process.pid]));
      return undefined;
    case "compact":
      compact(storeOf(command), "d");
      return undefined;
    case "sync":
      tableOf(command).sync();
      return undefined;
    case "close":
      tableOf(command).close();
      return undefined;
    case "go on":
      void goOn(command.tables);
      return undefined;
    case "exit":
      return process.exit();
    case "end":
      input.close();
      process.stdin.destroy();
      return undefined;
  }
}

function tableOf(command: { readonly table: string }): Table<StoreRecord> {
  return storeOf(command).ensureTable("d", command.table);
}

function storeOf({ table }: { readonly table: string }): Store<"sync"> {
  const known = stores.get(table);
  if (known !== undefined) return known;
  const options = { dataDir: join(dataDir, table), repair: false };
  const store = createStore({ adapter, options });
  stores.set(table, store);
  return store;
}

/** Writes to some tables, again and again, and says so, until each fails. */
async function goOn(names: readonly string[]): Promise<void> {
  const left = new Set(names);
  for (let number = 0; left.size > 0; number++) {
    for (const name of left) {
      try {
        tableOf({ table: name }).insert([`a${number}`, process.pid]);
        say({ table: name, wrote: `a${number}` });
      } catch (error) {
        left.delete(name);
        say({ table: name, failed: String(Object(error).code) });
      }
    }
    await setImmediate();
  }
}

function say(answer: Answer): void {
  writeSync(1, `${JSON.stringify(answer)}\n`);
}
