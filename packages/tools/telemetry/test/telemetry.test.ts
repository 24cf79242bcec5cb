import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { encodeRecord } from "@store/codec";
import { type Adapter, createStore, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test, vi } from "vitest";
import { channels, type StoreCall, slowCallText, telemetry } from "../src/index.js";
import { heard } from "./support.js";

/** Memory as an async adapter, whose calls take a turn, and whose method of this name fails. */
function asyncMemory(failing?: string): Adapter<object, "async", object> {
  const later = <T>(value: T): Promise<T> => new Promise((resolve) => setImmediate(resolve, value));
  return {
    ...(memoryAdapter as unknown as Adapter<object, "async", object>),
    name: "later",
    mode: "async",
    open: async (options, toolkit) => {
      const backend = memoryAdapter.open(options as never, toolkit);
      return {
        openTable: async (domain, name, type) => {
          const table = backend.openTable(domain, name, type);
          const method = (key: string) =>
            (table as unknown as Record<string, (...args: unknown[]) => unknown>)[key];
          const names = [
            "lookup",
            "insertMany",
            "delete",
            "deleteObjects",
            "deleteAllObjects",
            "size",
            "first",
            "last",
          ];
          const methods = [
            ...names,
            "next",
            "prev",
            "close",
            "expire",
            "expiresAt",
            "insertNew",
            "take",
            "update",
            "replace",
          ].map((key) => [
            key,
            async (...args: unknown[]) => {
              if (key === failing) throw toolkit.error("STORE_UNAVAILABLE", "nobody is there");
              return later(await method(key)?.apply(table, args));
            },
          ]);
          async function* scan(range: never) {
            for (const record of table.scan?.(range) ?? []) yield later(record);
          }
          return { type: table.type, scan, ...Object.fromEntries(methods) };
        },
        tables: async (domain) => backend.tables(domain),
        dropTable: async (domain, name) => backend.dropTable(domain, name),
        close: async () => backend.close(),
        applyChanges: async (changes) => backend.applyChanges?.(changes as never),
      };
    },
  };
}

const RECORD: StoreRecord = ["a", { n: 1 }];

describe("a channel of a sync table", () => {
  test("tells of a call from its start to its end: where, how many records, bytes, how long", async () => {
    const table = createStore({ adapter: telemetry(memoryAdapter) }).ensureTable("runs", "events");
    const { events, calls } = await heard(["insert", "lookup"], () => {
      table.insert(RECORD);
      table.lookup("a");
      table.lookup("b");
    });
    expect(events).toEqual([
      "insert start",
      "insert end",
      "lookup start",
      "lookup end",
      "lookup start",
      "lookup end",
    ]);
    const place = {
      adapter: "memory",
      domain: "runs",
      table: "events",
      type: "set",
      code: undefined,
    };
    const bytes = encodeRecord(RECORD).length;
    expect(calls.map(({ operation, records, bytes }) => [operation, records, bytes])).toEqual([
      ["insert", 1, bytes],
      ["lookup", 1, bytes],
      ["lookup", 0, 0],
    ]);
    for (const call of calls) {
      expect(call).toMatchObject(place);
      expect(call.duration).toBeGreaterThanOrEqual(0);
    }
    expect(calls[1]?.result).toEqual([RECORD]);
  });

  test("tells of nothing that happened before somebody listened, and after", async () => {
    const table = createStore({ adapter: telemetry(memoryAdapter) }).ensureTable("runs", "events");
    table.insert(RECORD);
    const { calls } = await heard(["lookup"], () => table.lookup("a"));
    table.lookup("a");
    expect(calls).toHaveLength(1);
  });

  test("tells whoever subscribes to one event alone, by whichever way", async () => {
    const table = createStore({ adapter: telemetry(memoryAdapter) }).ensureTable("runs", "events");
    const calls: unknown[] = [];
    const listen = (message: unknown) => void calls.push(message);
    subscribe("tracing:store:lookup:end", listen);
    table.lookup("a");
    unsubscribe("tracing:store:lookup:end", listen);
    table.lookup("a");
    expect(calls).toHaveLength(1);

    const storage = new AsyncLocalStorage<StoreCall>();
    channels.take.start.bindStore(storage);
    const seen: unknown[] = [];
    const onEnd = () => void seen.push(storage.getStore());
    channels.take.end.subscribe(onEnd);
    table.take("a");
    channels.take.end.unsubscribe(onEnd);
    channels.take.start.unbindStore(storage);
    expect(seen).toEqual([expect.objectContaining({ operation: "take" })]);
  });

  test("tells of an error, with its code", async () => {
    const failing: typeof memoryAdapter = {
      ...memoryAdapter,
      open: (options, toolkit) => {
        const backend = memoryAdapter.open(options, toolkit);
        return {
          ...backend,
          tables: (domain) => backend.tables(domain),
          close: () => backend.close(),
          dropTable: (domain, name) => backend.dropTable(domain, name),
          applyChanges: (changes) => backend.applyChanges?.(changes),
          openTable: (domain, name, type) =>
            Object.assign(backend.openTable(domain, name, type), {
              lookup: () => {
                throw toolkit.error("STORE_CORRUPT", "it is no longer what it was");
              },
              first: () => {
                throw new Error("something else");
              },
            }),
        };
      },
    };
    const table = createStore({ adapter: telemetry(failing) }).ensureTable("runs", "events");
    const { events, calls } = await heard(["lookup", "first"], () => {
      expect(() => table.lookup("a")).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
      expect(() => table.first()).toThrow(expect.objectContaining({ code: "STORE_IO" }));
    });
    expect(events.slice(0, 3)).toEqual(["lookup start", "lookup error", "lookup end"]);
    expect(calls.map(({ code, error }) => [code, error instanceof Error])).toEqual([
      ["STORE_CORRUPT", true],
      ["STORE_IO", true],
    ]);
    expect(table.info().details?.telemetry).toEqual({ calls: { lookup: 1, first: 1 }, errors: 2 });
  });

  test("tells of a scan as one call, when it is over or left", async () => {
    const table = createStore({ adapter: telemetry(memoryAdapter) }).ensureTable("runs", "events", {
      type: "ordered_set",
    });
    for (let n = 0; n < 10; n++) table.insert([n, "x"]);
    const { events, calls } = await heard(["scan"], () => {
      expect([...table.records()]).toHaveLength(10);
      for (const [key] of table.records()) if (key === 3) break;
    });
    expect(events).toEqual(["scan start", "scan end", "scan start", "scan end"]);
    expect(calls[0]).toMatchObject({ records: 10, bytes: 10 * encodeRecord([1, "x"]).length });
    expect(calls[1]?.records).toBeGreaterThanOrEqual(4);
    expect(calls[1]?.records).toBeLessThan(10);
  });

  test("tells of a batch with its tables, and not of what it comes to within the adapter", async () => {
    const store = createStore({ adapter: telemetry(memoryAdapter) });
    const [one, two] = [store.ensureTable("runs", "one"), store.ensureTable("runs", "two")];
    const { calls } = await heard(["batch", "insertMany", "insert"], () =>
      store.batch().insert(one, RECORD).insert(two, RECORD).insert(one, ["b", 2]).commit(),
    );
    expect(calls.map(({ operation, tables, records }) => ({ operation, tables, records }))).toEqual(
      [{ operation: "batch", tables: ["one", "two"], records: expect.any(Number) }],
    );
    expect(two.lookup("a")).toEqual([RECORD]);
  });

  test("tells of tables that are opened, dropped and listed, and of the backend", async () => {
    const { calls } = await heard(
      ["openBackend", "openTable", "tables", "dropTable", "close", "closeBackend"],
      () => {
        const store = createStore({ adapter: telemetry(memoryAdapter, {}) });
        store.ensureTable("runs", "events", { type: "bag" }).close();
        store.tables("runs");
        store.dropTable("runs", "events");
        store.close();
      },
    );
    expect(
      calls.map(({ operation, domain, table, type }) => [operation, domain, table, type]),
    ).toEqual([
      ["openBackend", undefined, undefined, undefined],
      ["openTable", "runs", "events", "bag"],
      ["close", "runs", "events", "bag"],
      ["tables", "runs", undefined, undefined],
      ["dropTable", "runs", "events", undefined],
      ["closeBackend", undefined, undefined, undefined],
    ]);
  });

  test("leaves the adapter's table as it was while nobody listens, and once it is closed", async () => {
    const opened: object[] = [];
    const watched: typeof memoryAdapter = {
      ...memoryAdapter,
      open: (options, toolkit) => {
        const backend = memoryAdapter.open(options, toolkit);
        return Object.assign(Object.create(backend), {
          openTable: (...args: Parameters<typeof backend.openTable>) => {
            const table = backend.openTable(...args);
            opened.push(table);
            return table;
          },
          tables: (domain: string) => backend.tables(domain),
          close: () => backend.close(),
        });
      },
    };
    const table = createStore({ adapter: telemetry(watched) }).ensureTable("runs", "events");
    const [given] = opened as [object];
    const plain = Object.keys(given).filter((name) => name !== "close" && name !== "usage");
    await heard(["lookup", "insert"], () => {
      expect(Object.keys(given)).toEqual(expect.arrayContaining(["lookup", "insert"]));
    });
    expect(Object.keys(given).filter((name) => name !== "close" && name !== "usage")).toEqual(
      plain,
    );
    table.close();
    expect(Object.keys(given)).not.toContain("close");
    await heard(["lookup"], () => expect(Object.keys(given)).not.toContain("lookup"));
  });
});

describe("a channel of an async table", () => {
  test("tells of a call until its promise is settled, and of its error", async () => {
    const store = createStore({ adapter: telemetry(asyncMemory("first")) });
    const table = await store.ensureTable("runs", "events");
    const { events, calls } = await heard(["lookup", "insertMany", "first"], async () => {
      await table.insert(RECORD);
      await table.lookup("a");
      await expect(table.first()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    });
    const course = (operation: string, middle: string[] = []) =>
      ["start", "end", ...middle, "asyncStart", "asyncEnd"].map((event) => `${operation} ${event}`);
    expect(events).toEqual([
      ...course("insertMany"),
      ...course("lookup"),
      ...course("first", ["error"]),
    ]);
    expect(calls.map(({ records, code }) => [records, code])).toEqual([
      [1, undefined],
      [1, undefined],
      [undefined, "STORE_UNAVAILABLE"],
    ]);
    expect((await table.info()).details?.telemetry).toMatchObject({
      calls: { lookup: 1, insertMany: 1, first: 1 },
      errors: 1,
    });
  });

  test("tells of a scan, and batches find the tables", async () => {
    const store = createStore({ adapter: telemetry(asyncMemory()) });
    const table = await store.ensureTable("runs", "events");
    const { calls } = await heard(["scan", "batch"], async () => {
      await store.batch().insert(table, RECORD).insert(table, ["b", 2]).commit();
      for await (const record of table.records()) expect(record).toBeDefined();
    });
    expect(calls).toEqual([
      expect.objectContaining({ operation: "batch", tables: ["events"] }),
      expect.objectContaining({ operation: "scan", records: 2 }),
    ]);
  });
});

describe("telemetry", () => {
  test("without options is one adapter for each, so that domains share a backend; with options another", () => {
    expect(telemetry(memoryAdapter)).toBe(telemetry(memoryAdapter));
    expect(telemetry(memoryAdapter, {})).not.toBe(telemetry(memoryAdapter, {}));
  });

  test("logs calls that take long, and no others", () => {
    const log = vi.fn<(call: StoreCall) => void>();
    const table = createStore({
      adapter: telemetry(memoryAdapter, { slowCalls: { thresholdMs: 5, log } }),
    }).ensureTable("runs", "events");
    table.insert(RECORD);
    expect(log).not.toHaveBeenCalled();
    vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValueOnce(7);
    table.lookup("a");
    vi.restoreAllMocks();
    expect(log).toHaveBeenCalledTimes(1);
    expect(slowCallText(log.mock.calls[0]?.[0] as StoreCall)).toBe(
      "slow: lookup runs/events (memory) took 7.0 ms, 1 records",
    );
  });

  test("logs a line, with names that would break it quoted, and survives a log that throws", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    createStore({ adapter: telemetry(memoryAdapter, { slowCalls: { thresholdMs: 0 } }) })
      .ensureTable("a\nb", "t")
      .lookup("a");
    expect(warn.mock.calls.map(([line]) => line)).toContainEqual(
      expect.stringMatching(/^slow: lookup "a\\nb"\/t \(memory\) took .* ms, 0 records$/),
    );
    const log = () => {
      throw new Error("no room left");
    };
    const table = createStore({
      adapter: telemetry(memoryAdapter, { slowCalls: { thresholdMs: 0, log } }),
    }).ensureTable("d", "t");
    expect(table.lookup("a")).toEqual([]);
    expect(error).toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test("with counters counts each call, whoever listens", async () => {
    const table = createStore({
      adapter: telemetry(memoryAdapter, { counters: true }),
    }).ensureTable("runs", "events");
    table.insert(RECORD);
    table.lookup("a");
    table.lookup("b");
    expect(table.info().details?.telemetry).toMatchObject({
      calls: { insert: 1, lookup: 2 },
      errors: 0,
    });
  });

  test.each([
    [{ slowCall: {} }, "slowCall"],
    [{ slowCalls: {} }, "thresholdMs"],
    [{ slowCalls: { thresholdMs: -1 } }, "thresholdMs"],
    [{ slowCalls: { thresholdMs: 1, log: "x" } }, "log"],
    [{ openTelemetry: {} }, "openTelemetry"],
    [{ counters: 1 }, "counters"],
  ])(
    "with the options %j throws STORE_INVALID_OPTIONS and names what is wrong",
    (options, problem) => {
      const make = () => telemetry(memoryAdapter, options as never);
      expect(make).toThrow(expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }));
      expect(make).toThrow(problem);
    },
  );

  test("of what is no adapter throws STORE_INVALID_ADAPTER", () => {
    expect(() => telemetry({} as never)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_ADAPTER" }),
    );
  });
});
