import { createStore, type Store, toolkit } from "@store/core";
import { describe, expect, test } from "vitest";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { TreeRig } from "../support/tree-rig.js";

const HOUR = 3_600_000;

function readerOf({ fileSystem, host }: TreeRig) {
  const process = host.spawn();
  const adapter = createFileAdapter({
    fileSystem,
    host: process,
    createHeartbeat: createTimerHeartbeat,
  });
  const options = { dataDir: "/data", readOnly: "snapshot" } as const;
  return { adapter, options };
}

function storeOf(rig: TreeRig): Store<"sync"> {
  return createStore(readerOf(rig));
}

describe('readOnly: "snapshot"', () => {
  test("shows all tables as they were when the first was read, whatever the owner does", () => {
    const rig = new TreeRig();
    const owner = rig.open({ writeBufferBytes: 500 });
    const [t, other] = [owner.ensureTable("d", "t"), owner.ensureTable("e", "other")];
    for (let key = 0; key < 30; key++) t.insert([key]);
    other.insert(["x"]);
    const reader = storeOf(rig);
    expect(reader.tables("e")).toEqual([{ name: "other", type: "set" }]);
    for (let key = 30; key < 60; key++) t.insert([key]);
    other.insert(["y"]);
    owner.ensureTable("e", "new");
    rig.host.advance(10_000);
    expect(reader.ensureTable("d", "t").size).toBe(30);
    reader.closeTable("t");
    expect([...reader.ensureTable("e", "other").keys()]).toEqual(["x"]);
    expect(reader.tables("e").length).toBe(1);
    reader.close();
    expect([...storeOf(rig).ensureTable("e", "other").keys()].sort()).toEqual(["x", "y"]);
  });

  test("has snapshots of its tables, with moments, in bags in the order in which records came", () => {
    const rig = new TreeRig();
    const owner = rig.open();
    const at = rig.host.wallTime() + HOUR;
    const set = owner.ensureTable("d", "t");
    set.insert(["a", 1]);
    set.insert(["b", 2], { expiresAt: at });
    const bag = owner.ensureTable("d", "bag", { type: "duplicate_bag" });
    for (const n of [3, 1, 2]) bag.insert(["k", n]);
    bag.insert(["k", 1], { expiresAt: at });
    bag.insert(["j", 0]);
    const { adapter, options } = readerOf(rig);
    const backend = adapter.open(adapter.normalizeOptions(options), toolkit);
    const records = (name: string) => {
      const snapshot = backend.openTable("d", name, undefined).snapshot?.();
      return [[...(snapshot ?? [])], [...(snapshot ?? [])]][1];
    };
    expect(records("t")).toEqual([
      [["a", 1], undefined],
      [["b", 2], at],
    ]);
    expect(records("bag")).toEqual([
      [["j", 0], undefined],
      [["k", 3], undefined],
      [["k", 1], undefined],
      [["k", 2], undefined],
      [["k", 1], at],
    ]);
    backend.close();
  });

  test("has none where what is read may change", () => {
    const rig = new TreeRig();
    rig.open();
    const { adapter } = readerOf(rig);
    const options = adapter.normalizeOptions({ dataDir: "/data", readOnly: true });
    const backend = adapter.open(options, toolkit);
    expect(backend.openTable("d", "t", undefined).snapshot).toBeUndefined();
    backend.close();
  });

  test("domains lists those that have tables, for the owner and for others", () => {
    const rig = new TreeRig();
    const { adapter, options } = readerOf(rig);
    const empty = adapter.open(adapter.normalizeOptions(options), toolkit);
    expect(empty.domains?.()).toEqual([]);
    empty.close();
    const owned = adapter.open(adapter.normalizeOptions({ dataDir: "/data" }), toolkit);
    owned.openTable("b", "t", "set").close();
    const open = owned.openTable("a", "t", "set");
    owned.openTable("a", "u", "set");
    expect([...(owned.domains?.() ?? [])].sort()).toEqual(["a", "b"]);
    open.close();
    owned.dropTable("b", "t");
    expect(owned.domains?.()).toEqual(["a"]);
    owned.close();
    const beside = adapter.open(adapter.normalizeOptions({ dataDir: "/data" }), toolkit);
    expect(beside.domains?.()).toEqual(["a"]);
    beside.close();
  });
});
