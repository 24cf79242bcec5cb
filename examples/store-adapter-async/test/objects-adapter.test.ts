import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createStore, type Store } from "@store/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { encodeTable } from "../src/content.js";
import { type ObjectStore, objectsAdapter } from "../src/index.js";

let directory: string;
let stores: Store<"async">[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "objects-"));
  stores = [];
});

afterEach(async () => {
  for (const store of stores) await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function openStore(objects: ObjectStore | string = directory): Store<"async"> {
  const store = createStore({ adapter: objectsAdapter, options: { objects } });
  stores.push(store);
  return store;
}

type R = [key: string, n: number];

/** Objects in memory, whose `put` waits until the test lets it. */
class SlowObjects implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();
  gate: Promise<void> = Promise.resolve();
  puts = 0;

  async get(key: string) {
    return this.objects.get(key);
  }
  async put(key: string, content: Uint8Array) {
    this.puts++;
    await this.gate;
    this.objects.set(key, content);
  }
  async delete(key: string) {
    this.objects.delete(key);
  }
  async list(prefix: string) {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** The only object in the directory. */
function onlyObject(): string {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  const [object, ...others] = files.filter((file) => file.includes("."));
  expect(others).toEqual([]);
  return join(directory, String(object));
}

test("normalizeOptions makes paths of one directory equal", () => {
  const objects = relative(process.cwd(), directory);
  expect(objectsAdapter.normalizeOptions({ objects })).toEqual({ objects: directory });
});

test("tables live in any object store, and a later store finds them there", async () => {
  const objects = new SlowObjects();
  const table = await openStore(objects).ensureTable<R>("d", "t");
  await table.insert(["a", 1]);
  const later = openStore(objects);
  expect(await later.tables("d")).toEqual([{ name: "t", type: "set" }]);
  expect(await (await later.ensureTable<R>("d", "t")).lookup("a")).toEqual([["a", 1]]);
});

test("readers see a write once it is stored, and don't wait for it", async () => {
  const objects = new SlowObjects();
  const table = await openStore(objects).ensureTable<R>("d", "t");
  await table.insert(["a", 1]);
  let open: () => void = () => {};
  objects.gate = new Promise((resolve) => {
    open = resolve;
  });
  const putsBefore = objects.puts;
  const written = table.insert(["a", 2]);
  await vi.waitFor(() => expect(objects.puts).toBe(putsBefore + 1));
  expect(await table.lookup("a")).toEqual([["a", 1]]);
  open();
  await written;
  expect(await table.lookup("a")).toEqual([["a", 2]]);
});

test("100 counts at once count 100, one put after another", async () => {
  const objects = new SlowObjects();
  const table = await openStore(objects).ensureTable<R>("d", "t");
  const counts = await Promise.all(
    Array.from({ length: 100 }, () => table.updateCounter("a", 1, ["a", 0])),
  );
  expect(counts).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(objects.puts).toBeGreaterThanOrEqual(101);
});

test("a put that fails is STORE_IO and changes nothing; the next one goes on", async () => {
  const objects = new SlowObjects();
  const table = await openStore(objects).ensureTable<R>("d", "t");
  await table.insert(["a", 1]);
  objects.gate = Promise.reject(new Error("the network is down"));
  objects.gate.catch(() => {});
  await expect(table.insert(["a", 2])).rejects.toMatchObject({ code: "STORE_IO" });
  expect(await table.lookup("a")).toEqual([["a", 1]]);
  objects.gate = Promise.resolve();
  await table.updateCounter("a", 5);
  const later = await openStore(objects).ensureTable<R>("d", "t");
  expect(await later.lookup("a")).toEqual([["a", 6]]);
});

test("a byte changed anywhere in an object, or its end cut off: STORE_CORRUPT", async () => {
  await (await openStore().ensureTable<R>("d", "t")).insert(["a", 1]);
  const object = onlyObject();
  const content = readFileSync(object);
  const damages = Array.from(content, (byte, index) => {
    const changed = Buffer.from(content);
    changed[index] = byte ^ 1;
    return [changed, content.subarray(0, index)];
  });
  for (const damaged of damages.flat()) {
    writeFileSync(object, damaged);
    await expect(openStore().ensureTable("d", "t")).rejects.toMatchObject({
      code: "STORE_CORRUPT",
    });
  }
});

test("an object of a format that comes later: STORE_NEWER_FORMAT, and the object untouched", async () => {
  await openStore().ensureTable("d", "t");
  const object = onlyObject();
  const newer = encodeTable({ name: "t", type: "set" }, [], 2);
  writeFileSync(object, newer);
  await expect(openStore().ensureTable("d", "t")).rejects.toMatchObject({
    code: "STORE_NEWER_FORMAT",
  });
  expect(readFileSync(object).equals(newer)).toBe(true);
});

test("a temporary file that a crash left behind does no harm", async () => {
  const table = await openStore().ensureTable<R>("d", "t");
  await table.insert(["a", 1]);
  writeFileSync(`${onlyObject()}.tmp`, "half a");
  const later = openStore();
  expect(await later.tables("d")).toEqual([{ name: "t", type: "set" }]);
  await (await later.ensureTable<R>("d", "t")).insert(["a", 2]);
  expect(onlyObject()).toMatch(/\.object$/);
});
