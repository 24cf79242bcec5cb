import { afterEach, describe, expect, test, vi } from "vitest";
import type { Adapter, AdapterTable, Mode, Store, StoreRecord } from "../../src/index.js";
import { type ArrayOptions, arrayAdapterOf } from "../support/array-adapter.js";
import { contentOf, fill, LISTED, TYPES } from "../support/domain-fixture.js";
import { failure, MODES, storeOf } from "../support/mode.js";

afterEach(() => void vi.useRealTimers());

type Backend = Awaited<ReturnType<Adapter<ArrayOptions>["open"]>>;

/** An adapter whose records outlive its backend, and what is done to that. */
function lasting(mode: Mode, settings: Parameters<typeof arrayAdapterOf>[1] = {}) {
  const adapter = arrayAdapterOf(mode, { name: "target", ...settings });
  const notes: string[] = [];
  let first: Backend | Promise<Backend> | undefined;
  const wrap = (backend: Backend): Backend => ({
    ...backend,
    close: () => {
      notes.push("close");
      return (mode === "sync" ? undefined : Promise.resolve()) as never;
    },
  });
  const open = (options: ArrayOptions, toolkit: never) => {
    notes.push("open");
    first ??= adapter.open(options, toolkit) as Backend | Promise<Backend>;
    return first instanceof Promise ? first.then(wrap) : wrap(first);
  };
  return { adapter: { ...adapter, open } as Adapter<ArrayOptions>, notes };
}

/** A snapshot of an array table, which a later write doesn't change. */
function snapshots(mode: Mode) {
  return (table: AdapterTable): Partial<AdapterTable> => {
    const take = async () => {
      const entries: [StoreRecord, number | undefined][] = [];
      for (let key = await table.first(); key !== undefined; key = await table.next(key)) {
        const moments = await table.expiresAt?.(key);
        for (const [at, record] of (await table.lookup(key)).entries()) {
          entries.push([record, moments?.[at]]);
        }
      }
      return entries;
    };
    const takeNow = () => {
      const entries: [StoreRecord, number | undefined][] = [];
      const sync = table as AdapterTable<"sync">;
      for (let key = sync.first(); key !== undefined; key = sync.next(key)) {
        const moments = sync.expiresAt?.(key);
        for (const [at, record] of sync.lookup(key).entries())
          entries.push([record, moments?.[at]]);
      }
      return entries;
    };
    const reread = async () => {
      const entries = await take();
      return {
        [Symbol.asyncIterator]: async function* () {
          yield* entries;
        },
      };
    };
    return { snapshot: (mode === "sync" ? takeNow : reread) as never };
  };
}

describe.each(MODES)("copyDomain in a store that is %s", (mode) => {
  const source = arrayAdapterOf(mode, { name: "source" });

  /** What a place holds in domain `d`, by name. */
  async function contentsAt(adapter: Adapter): Promise<Record<string, StoreRecord[]>> {
    await using store = storeOf(mode, adapter);
    const contents: Record<string, StoreRecord[]> = {};
    for (const { name } of await store.tables("d")) {
      contents[name] = await contentOf(await store.ensureTable("d", name));
    }
    return contents;
  }

  test("copies every table, open or not, and leaves the domain where it is", async () => {
    await using store = storeOf(mode, source);
    const { adapter, notes } = lasting(mode);
    const tables = await fill(store);
    const expected: Record<string, StoreRecord[]> = {};
    for (const table of tables) expected[table.name] = await contentOf(table);
    await tables[1]?.close();
    const other = await store.ensureTable("other", "theirs");
    await other.insert(["k"]);
    const progress: unknown[] = [];
    const onProgress = (step: unknown) => void progress.push(step);
    const copied = await store.copyDomain("d", { adapter }, { onProgress });
    expect(copied).toEqual(LISTED.map((table) => ({ table, records: expected[table]?.length })));
    expect(progress).toEqual(
      copied.map(({ table, records }) => ({ table, copied: records, total: records })),
    );
    expect(await store.adapterModule("d")).toBe(source);
    expect(await store.ensureTable("d", "bag")).toBe(tables[2]);
    await tables[0]?.insert(["still", "open"]);
    expect(notes).toEqual(["open", "close"]);
    expect(await contentsAt(adapter)).toEqual(expected);
  });

  test("to a target that other domains use leaves it open", async () => {
    await using store = storeOf(mode, source);
    const { adapter, notes } = lasting(mode);
    await store.configureDomain("there", { adapter });
    const theirs = await store.ensureTable("there", "set");
    await fill(store, "d", ["set"]);
    await store.copyDomain("d", { adapter });
    expect(notes).toEqual(["open"]);
    await theirs.insert(["k"]);
    expect(await contentOf(theirs)).toEqual([["k"]]);
    await store.configureDomain("d", { adapter });
    expect(await (await store.ensureTable("d", "set")).size).toBe(3);
  });

  test("to a target that holds records is STORE_INVALID_OPERATION, and leaves them", async () => {
    const { adapter, notes } = lasting(mode);
    {
      await using there = storeOf(mode, adapter);
      await (await there.ensureTable("d", "unrelated")).insert(["theirs"]);
      await there.ensureTable("d", "empty");
    }
    notes.length = 0;
    await using store = storeOf(mode, source);
    await fill(store);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.copyDomain("d", { adapter }),
    );
    expect(error.message).toBe(
      'copyDomain("d"): the target holds records: table "unrelated" has 1',
    );
    expect(notes).toEqual(["open", "close"]);
    expect(await contentsAt(adapter)).toEqual({ unrelated: [["theirs"]], empty: [] });
  });

  test("to where the domain is is STORE_INVALID_OPERATION", async () => {
    await using store = storeOf(mode, source);
    await fill(store);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.copyDomain("d", { adapter: source }),
    );
    expect(error.message).toContain("the target is where the domain is");
  });

  test("that fails leaves nothing, closes the target, and says what failed", async () => {
    const refusing = (table: AdapterTable, name: string) =>
      name === "set" ? { insertMany: () => Promise.reject(new Error("full")) } : table;
    const throwing = (table: AdapterTable, name: string) => ({
      ...table,
      ...(name === "set" && {
        insertMany: () => {
          throw new Error("full");
        },
      }),
    });
    const methods = mode === "sync" ? throwing : refusing;
    const { adapter, notes } = lasting(mode, { methods });
    await using store = storeOf(mode, source);
    const tables = await fill(store);
    const error = await failure("STORE_IO", () => store.copyDomain("d", { adapter }));
    expect(error.message).toBe('copyDomain("d"): copying table "set" to adapter "target": full');
    expect(notes).toEqual(["open", "close"]);
    expect(await contentsAt(adapter)).toEqual({});
    expect(await tables[0]?.size).toBe(3);
  });

  test("of a table that is written to meanwhile is given up, without snapshots", async () => {
    await using store = storeOf(mode, source);
    const { adapter } = lasting(mode);
    const [set] = await fill(store, "d", ["set"]);
    const writes: unknown[] = [];
    const onProgress = () => void writes.push(set?.insert(["late"]));
    const error = await failure("STORE_INVALID_OPERATION", () =>
      store.copyDomain("d", { adapter }, { onProgress }),
    );
    await Promise.all(writes);
    expect(error.message).toContain('table "set" was written to meanwhile');
    expect(await contentsAt(adapter)).toEqual({});
    expect(await set?.member("late")).toBe(true);
  });

  test("with snapshots is each table as of one moment, whatever is written meanwhile", async () => {
    const methods = snapshots(mode);
    await using store = storeOf(mode, arrayAdapterOf(mode, { name: "source", methods }));
    const { adapter } = lasting(mode);
    const tables = await fill(store);
    const expected = await Promise.all(tables.map(contentOf));
    const writes: unknown[] = [];
    const onProgress = ({ table }: { table: string }) => {
      const written = tables.find(({ name }) => name === table);
      writes.push(written?.insert(["late"]), written?.delete("a"));
    };
    await store.copyDomain("d", { adapter }, { onProgress });
    await Promise.all(writes);
    const contents = await contentsAt(adapter);
    for (const [at, type] of TYPES.entries()) expect(contents[type]).toEqual(expected[at]);
    for (const table of tables) expect(await table.member("late")).toBe(true);
  });

  test("with snapshots: migrateDomain still refuses to lose a write", async () => {
    const methods = snapshots(mode);
    await using store = storeOf(mode, arrayAdapterOf(mode, { name: "source", methods }));
    const { adapter } = lasting(mode);
    const [set] = await fill(store, "d", ["set"]);
    const writes: unknown[] = [];
    const onProgress = () => void writes.push(set?.insert(["late"]));
    await failure("STORE_INVALID_OPERATION", () =>
      store.migrateDomain("d", { adapter }, { onProgress }),
    );
    await Promise.all(writes);
    expect(await set?.member("late")).toBe(true);
    expect(await contentsAt(adapter)).toEqual({});
  });

  describe("of records that expire", () => {
    const expiry = { expiry: true };

    async function expiring(store: Store<"async">) {
      for (const type of TYPES) {
        const table = await store.ensureTable("d", type, { type });
        await table.insertMany(
          [
            ["k", 1],
            ["l", 1],
          ],
          { expiresAt: 5_000 },
        );
        if (type.endsWith("bag")) await table.insert(["k", 2], { expiresAt: 4_000 });
        await table.insert(["never"]);
      }
    }

    test.each([false, true])("copies their moments; snapshots: %s", async (snapshot) => {
      vi.useFakeTimers({ now: 1_000, toFake: ["Date"] });
      const methods = snapshot ? snapshots(mode) : undefined;
      await using store = storeOf(mode, arrayAdapterOf(mode, { capabilities: expiry, methods }));
      const { adapter } = lasting(mode, { capabilities: expiry });
      await expiring(store);
      await store.copyDomain("d", { adapter });
      await using there = storeOf(mode, adapter);
      for (const type of TYPES) {
        const copy = await there.ensureTable("d", type);
        expect(await copy.expiresAt("k")).toBe(type.endsWith("bag") ? 4_000 : 5_000);
        expect(await copy.expiresAt("l")).toBe(5_000);
        expect(await copy.expiresAt("never")).toBe(undefined);
      }
    });

    test("to an adapter that can't is STORE_NOT_SUPPORTED", async () => {
      vi.useFakeTimers({ now: 1_000, toFake: ["Date"] });
      await using store = storeOf(mode, arrayAdapterOf(mode, { capabilities: expiry }));
      const { adapter } = lasting(mode);
      await expiring(store);
      const error = await failure("STORE_NOT_SUPPORTED", () => store.copyDomain("d", { adapter }));
      expect(error.message).toContain("records of it expire");
      expect(await contentsAt(adapter)).toEqual({});
    });

    test.each([2, 3, 4, 5, 6, 8, 12, 16, 24, 32])(
      "some of which expire after %i steps of the adapter copies the others",
      async (steps) => {
        vi.useFakeTimers({ now: 1_000, toFake: ["Date"] });
        let left = Number.POSITIVE_INFINITY;
        const ticking = (table: AdapterTable) => {
          const step = (key: never) => {
            if (--left === 0) vi.setSystemTime(5_000);
            return table.next(key);
          };
          return { next: step };
        };
        await using store = storeOf(
          mode,
          arrayAdapterOf(mode, { capabilities: expiry, methods: ticking }),
        );
        const { adapter } = lasting(mode, { capabilities: expiry });
        await expiring(store);
        left = steps;
        await store.copyDomain("d", { adapter });
        vi.setSystemTime(5_000);
        const contents = await contentsAt(adapter);
        for (const type of TYPES) expect(contents[type]).toEqual([["never"]]);
      },
    );
  });
});
