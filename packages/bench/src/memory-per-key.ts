import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createStore, type TableType } from "@store/core";
import { fileAdapter } from "@store/file";

/**
 * What a key of a file table takes of memory: a table is written by one process, opened by another, which compares what
 * it takes of the heap and of buffers before and after. Keys have ten characters, values 90 bytes, which stay on disk.
 */

const TYPES: readonly TableType[] = ["set", "ordered_set"];
const COUNTS = [10_000, 200_000, 1_000_000];
const BATCH = 1_000;

const [, file = "", dataDir, type, count] = process.argv;
if (dataDir === undefined) await compare();
else process.send?.(count === undefined ? measure(dataDir) : fill(dataDir, type, Number(count)));

async function compare(): Promise<void> {
  console.log("bytes of memory per key of a file table, keys of ten characters");
  for (const tableType of TYPES) {
    for (const keys of COUNTS) {
      const directory = mkdtempSync(join(tmpdir(), "store-bench-"));
      try {
        await inProcess([directory, tableType, String(keys)]);
        const bytes = await inProcess([directory]);
        const name = `${tableType}, ${keys.toLocaleString("en-US")} keys`;
        console.log(`  ${name.padEnd(30)} ${(bytes / keys).toFixed(1).padStart(6)}`);
      } finally {
        rmSync(directory, { recursive: true });
      }
    }
  }
}

/** What a process with these arguments says. */
function inProcess(args: readonly string[]): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), args, { execArgv: ["--expose-gc"] });
  return new Promise((resolve, reject) => {
    let said = 0;
    child.on("message", (message) => {
      said = Number(message);
    });
    child.once("exit", (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`${file} ${args.join(" ")} ended with code ${code}`));
    });
  });
}

function fill(directory: string, tableType: string | undefined, keys: number): number {
  using store = createStore({ adapter: fileAdapter, options: { dataDir: directory } });
  const table = store.ensureTable("bench", "keys", { type: tableType as TableType });
  const value = "x".repeat(90);
  for (let from = 0; from < keys; from += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index): [string, string] => [
      `k${String((from + index) * 7_919)
        .padStart(12, "0")
        .slice(-9)}`,
      value,
    ]);
    table.insertMany(batch);
  }
  return table.size;
}

function measure(directory: string): number {
  const open = () => createStore({ adapter: fileAdapter, options: { dataDir: directory } });
  const store = open();
  const before = used();
  const table = store.ensureTable("bench", "keys");
  const bytes = used() - before;
  if (table.size === 0) throw new Error("the table is empty");
  store.close();
  return bytes;
}

function used(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
