import { describe, expect, test } from "vitest";
import {
  type Adapter,
  type AdapterTable,
  createStore,
  type Mode,
  type TableType,
} from "../../src/index.js";
import { type ArrayOptions, arrayAdapter, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

/** What holds up an adapter: it goes on when `open` is called. */
function gate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** An async adapter that notes what it does, and waits where a test wants it to. */
function noting(
  notes: string[],
  waits: { [step: string]: Promise<void> | undefined } = {},
): Adapter<ArrayOptions, "async", ArrayOptions> {
  const reach = async (step: string) => {
    notes.push(step);
    await waits[step];
  };
  const adapter = asyncArrayAdapter({
    methods: (table, name) => ({
      async close() {
        await reach(`close ${name}`);
        await table.close();
      },
    }),
  });
  return {
    ...adapter,
    async open(options, toolkit) {
      await reach("open");
      const backend = await adapter.open(options, toolkit);
      return {
        ...backend,
        async openTable(domain: string, name: string, type: TableType | undefined) {
          await reach(`open ${name}`);
          return backend.openTable(domain, name, type);
        },
        async close() {
          await reach("close");
          await backend.close();
        },
      };
    },
  };
}

/** Lets everything that can go on go on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("ensureTable of an async store", () => {
  test("called twice at once opens backend and table once, and gives one handle", async () => {
    const notes: string[] = [];
    await using store = createStore({ adapter: noting(notes) });
    const [first, second, other] = await Promise.all([
      store.ensureTable("d", "t"),
      store.ensureTable("d", "t", { type: "set" }),
      store.ensureTable("d", "u"),
    ]);
    expect(first).toBe(second);
    expect(first).not.toBe(other);
    expect(notes).toEqual(["open", "open t", "open u"]);
  });

  test("while the table opens with another type throws for the second only", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const first = store.ensureTable("d", "t", { type: "bag" });
    await failure("STORE_TABLE_TYPE_MISMATCH", () => store.ensureTable("d", "t", { type: "set" }));
    expect((await first).type).toBe("bag");
  });

  test("while another caller's wrong type is found out still opens the table", async () => {
    const notes: string[] = [];
    await using store = createStore({ adapter: noting(notes) });
    await (await store.ensureTable("d", "t", { type: "bag" })).close();
    const wrong = store.ensureTable("d", "t", { type: "set" });
    const right = store.ensureTable("d", "t", { type: "bag" });
    await failure("STORE_TABLE_TYPE_MISMATCH", () => wrong);
    expect((await right).type).toBe("bag");
    expect(notes.slice(3)).toEqual(["open t", "close t", "open t"]);
  });

  test("while the table closes waits, opens it anew and gives a new handle", async () => {
    const notes: string[] = [];
    const closing = gate();
    await using store = createStore({ adapter: noting(notes, { "close t": closing.passed }) });
    const table = await store.ensureTable("d", "t");
    const closed = table.close();
    const reopened = store.ensureTable("d", "t");
    await settled();
    expect(notes).toEqual(["open", "open t", "close t"]);
    closing.open();
    expect(await reopened).not.toBe(table);
    expect(notes).toEqual(["open", "open t", "close t", "open t"]);
    await closed;
    await (await reopened).insert(["key"]);
  });

  test("after a close that failed opens the table anew", async () => {
    const stuck = Promise.reject(new Error("stuck"));
    stuck.catch(() => {});
    const store = createStore({ adapter: noting([], { "close t": stuck }) });
    const table = await store.ensureTable("d", "t");
    const closed = table.close();
    const reopened = store.ensureTable("d", "t");
    await failure("STORE_IO", () => closed);
    await failure("STORE_IO", () => table.close());
    await (await reopened).insert(["key"]);
    await failure("STORE_IO", () => store.close());
  });
});

describe("closeTable of an async store", () => {
  const durable = (notes: string[], waits: Record<string, Promise<void>> = {}) => {
    const adapter = noting(notes, waits);
    const open: typeof adapter.open = async (options, toolkit) => {
      const backend = await adapter.open(options, toolkit);
      return {
        ...backend,
        async openTable(domain, name, type) {
          const table = await backend.openTable(domain, name, type);
          return { ...table, sync: async () => void notes.push(`sync ${name}`) };
        },
      };
    };
    return { ...adapter, capabilities: { ...adapter.capabilities, durable: true }, open };
  };

  test("while the table opens waits for it and closes it", async () => {
    const notes: string[] = [];
    const opening = gate();
    await using store = createStore({ adapter: durable(notes, { "open t": opening.passed }) });
    const opened = store.ensureTable("d", "t");
    const synced = store.syncTable("t");
    const closed = store.closeTable("t");
    await settled();
    opening.open();
    await closed;
    await synced;
    expect(notes).toEqual(["open", "open t", "sync t", "close t"]);
    const table = await opened;
    await failure("STORE_TABLE_CLOSED", () => table.lookup("key"));
  });

  test("while the table closes waits until it is closed", async () => {
    const closing = gate();
    await using store = createStore({ adapter: durable([], { "close t": closing.passed }) });
    const first = (await store.ensureTable("d", "t")).close();
    let isClosed = false;
    const second = store.closeTable("t").then(() => {
      isClosed = true;
    });
    await settled();
    expect(isClosed).toBe(false);
    closing.open();
    await Promise.all([first, second]);
  });

  test("of a table that fails to open does nothing: who opens it is told", async () => {
    const broken = Promise.reject(new Error("broken"));
    broken.catch(() => {});
    await using store = createStore({ adapter: durable([], { "open t": broken }) });
    const opened = store.ensureTable("d", "t");
    const closed = store.closeTable("t");
    await failure("STORE_IO", () => opened);
    await closed;
  });
});

describe("close of an async store", () => {
  test("while a table opens waits for it, closes it, then its backend", async () => {
    const notes: string[] = [];
    const opening = gate();
    const store = createStore({ adapter: noting(notes, { open: opening.passed }) });
    const opened = store.ensureTable("d", "t");
    const closed = store.close();
    await settled();
    expect(notes).toEqual(["open"]);
    opening.open();
    await closed;
    expect(notes).toEqual(["open", "open t", "close t", "close"]);
    const table = await opened;
    await failure("STORE_TABLE_CLOSED", () => table.lookup("key"));
  });

  test("while a table closes waits for it, then closes its backend", async () => {
    const notes: string[] = [];
    const closing = gate();
    const store = createStore({ adapter: noting(notes, { "close t": closing.passed }) });
    const table = await store.ensureTable("d", "t");
    const closed = [table.close(), store.close(), store.close()];
    await settled();
    expect(notes).toEqual(["open", "open t", "close t"]);
    closing.open();
    await Promise.all(closed);
    expect(notes).toEqual(["open", "open t", "close t", "close"]);
  });

  test("while someone waits to open a closing table anew opens nothing more", async () => {
    const notes: string[] = [];
    const store = createStore({ adapter: noting(notes) });
    const table = await store.ensureTable("d", "t");
    const closed = table.close();
    const reopened = store.ensureTable("d", "t");
    await Promise.all([store.close(), closed, failure("STORE_TABLE_CLOSED", () => reopened)]);
    expect(notes).toEqual(["open", "open t", "close t", "close"]);
  });

  test("while a table fails to open closes the backend all the same", async () => {
    const notes: string[] = [];
    const broken = Promise.reject(new Error("broken"));
    broken.catch(() => {});
    const store = createStore({ adapter: noting(notes, { "open t": broken }) });
    const opened = store.ensureTable("d", "t");
    const closed = store.close();
    await failure("STORE_IO", () => opened);
    await closed;
    expect(notes).toEqual(["open", "open t", "close"]);
  });

  test("that fails rejects each time it is called", async () => {
    const stuck = Promise.reject(new Error("stuck"));
    stuck.catch(() => {});
    const store = createStore({ adapter: noting([], { close: stuck }) });
    await store.ensureTable("d", "t");
    const first = await failure("STORE_IO", () => store.close());
    const second = await failure("STORE_IO", () => store.close());
    expect(first.message).toBe("close(): stuck");
    expect(second.message).toBe(first.message);
  });
});

describe.each([
  ["sync", "sync"],
  ["async", "sync"],
  ["async", "async"],
] as [Mode, Mode][])("an %s store with an %s adapter", (mode, adapterMode) => {
  const working: Adapter = adapterMode === "sync" ? arrayAdapter() : asyncArrayAdapter();

  /** Throws at once, as an async adapter may, or rejects later. */
  const failing = (message: string, later: boolean): never => {
    const error = new Error(message);
    if (later) return Promise.reject(error) as never;
    throw error;
  };

  describe.each(adapterMode === "sync" ? [false] : [false, true])(
    "that fails later: %s",
    (later) => {
      test("ensureTable after a failure to open the backend tries again", async () => {
        let tries = 0;
        await using store = storeOf(mode, {
          ...working,
          open: (options: object, toolkit: never) =>
            ++tries <= 2 ? failing(`try ${tries}`, later) : working.open(options, toolkit),
        } as Adapter);
        for (const message of ["try 1", "try 2"]) {
          const error = await failure("STORE_IO", () => store.ensureTable("d", "t"));
          expect(error.message).toBe(`ensureTable("d", "t"): ${message}`);
        }
        await (await store.ensureTable("d", "t")).insert(["key"]);
        expect(tries).toBe(3);
      });

      test("ensureTable after a failure to open the table tries again", async () => {
        let tries = 0;
        const open = async (options: object, toolkit: never) => {
          const backend = await working.open(options, toolkit);
          return wrapped(backend);
        };
        const wrapped = (backend: Awaited<ReturnType<Adapter["open"]>>) => ({
          ...backend,
          openTable: (domain: string, name: string, type: TableType | undefined) =>
            ++tries === 1 ? failing("not yet", later) : backend.openTable(domain, name, type),
        });
        await using store = storeOf(mode, {
          ...working,
          open:
            adapterMode === "async"
              ? open
              : (options: object, toolkit: never) =>
                  wrapped(working.open(options, toolkit) as never),
        } as Adapter);
        await failure("STORE_IO", () => store.ensureTable("d", "t"));
        await (await store.ensureTable("d", "t")).insert(["key"]);
        expect(tries).toBe(2);
      });
    },
  );
});

describe("an async adapter's table", () => {
  /** An adapter that notes each method that is called after `close` was. */
  function vigilant(late: string[], extra: (table: AdapterTable<"async">) => object = () => ({})) {
    return asyncArrayAdapter({
      methods(table) {
        let isClosed = false;
        const methods = Object.entries({ ...table, ...extra(table) }).map(([name, method]) => {
          if (typeof method !== "function") return [name, method];
          const watched = (...args: unknown[]): unknown => {
            if (isClosed) late.push(name);
            if (name === "close") isClosed = true;
            return Reflect.apply(method, table, args);
          };
          return [name, watched];
        });
        return Object.fromEntries(methods);
      },
    });
  }

  test.each<[string, (table: AdapterTable<"async">) => object]>([
    ["its writes queued", () => ({})],
    [
      "its writes at once",
      (table) => ({
        insertNew: async () => false,
        take: table.lookup,
        update: async () => undefined,
      }),
    ],
  ])("with %s gets no call after close", async (_what, extra) => {
    const late: string[] = [];
    await using store = createStore({ adapter: vigilant(late, extra) });
    const table = await store.ensureTable("d", "t", { type: "ordered_set" });
    await table.insertMany([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const consume = async (records: AsyncIterable<unknown>) => {
      for await (const _record of records);
    };
    const calls = [
      table.matchObject([1, 1]),
      table.foldl((_record, count) => count + 1, 0),
      table.matchDelete([2, 9]),
      table.insertNew([4, 4]),
      table.updateCounter(9, 1, [9, 0]),
      table.info(),
      table.next(3),
      consume(table.records()),
      consume(table.keys({ limit: 2 })),
    ];
    const outcomes = Promise.allSettled(calls);
    await table.close();
    const results = await outcomes;
    expect(late).toEqual([]);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason.code).toBe("STORE_TABLE_CLOSED");
    }
  });

  test("with writes queued when close is called writes them first", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const table = await store.ensureTable("d", "t");
    const written = [table.insert([1, 1]), table.insertNew([2, 2]), table.updateCounter(1, 5)];
    const closed = table.close();
    const results = await Promise.all(written);
    await closed;
    expect(results).toEqual([undefined, true, 6]);
    const reopened = await store.ensureTable("d", "t");
    expect(await reopened.lookup(1)).toEqual([[1, 6]]);
    expect(await reopened.lookup(2)).toEqual([[2, 2]]);
  });
});

describe.each(MODES)("a table of a store that is %s", (mode) => {
  test("closed while records() goes through it ends with STORE_TABLE_CLOSED", async () => {
    await using store = storeOf(mode, arrayAdapter());
    const table = await store.ensureTable("d", "t");
    await table.insertMany([[1], [2]]);
    const records = table.records();
    await records.next();
    await table.close();
    await failure("STORE_TABLE_CLOSED", () => records.next());
    expect((await records.next()).done).toBe(true);
  });

  test("closed and opened anew leaves an older iterator closed", async () => {
    await using store = storeOf(mode, arrayAdapter());
    const table = await store.ensureTable("d", "t");
    await table.insert([1]);
    const records = table.records();
    await table.close();
    await store.ensureTable("d", "t");
    await failure("STORE_TABLE_CLOSED", () => records.next());
  });

  test("closed by the function that foldl calls ends foldl with STORE_TABLE_CLOSED", async () => {
    await using store = storeOf(mode, arrayAdapter());
    const table = await store.ensureTable("d", "t");
    await table.insertMany([[1], [2]]);
    let visits = 0;
    const closing: unknown[] = [];
    const visit = () => {
      visits++;
      closing.push(table.close());
    };
    await failure("STORE_TABLE_CLOSED", () => table.foldl(visit, undefined));
    await Promise.all(closing);
    expect(visits).toBe(1);
  });
});
