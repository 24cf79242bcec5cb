import { describe, expect, test } from "vitest";
import { type Adapter, createStore, type Store, type TableEntry } from "../../src/index.js";
import { arrayAdapter, arrayAdapterOf, asyncArrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

describe.each(MODES)("the catalogue of a store that is %s", (mode) => {
  const open = () => storeOf(mode, arrayAdapterOf(mode));

  test("tables lists those of the domain, open or not, by name, with their types", async () => {
    await using store = open();
    expect(await store.tables("d")).toEqual([]);
    await store.ensureTable("d", "b", { type: "bag" });
    await (await store.ensureTable("d", "a", { type: "ordered_set" })).close();
    await store.ensureTable("d", "B");
    await store.ensureTable("other", "c");
    expect(await store.tables("d")).toEqual([
      { name: "B", type: "set" },
      { name: "a", type: "ordered_set" },
      { name: "b", type: "bag" },
    ]);
    expect(await store.tables("other")).toEqual([{ name: "c", type: "set" }]);
  });

  test("tables returns entries of its own, with name and type only", async () => {
    const entry = Object.freeze({ name: "t", type: "set", file: "secret" }) as TableEntry;
    const list = Object.freeze([entry]);
    const plain = arrayAdapterOf(mode);
    const adapter = {
      ...plain,
      open: (options: object, toolkit: never) =>
        after(plain.open(options as never, toolkit), (backend) => ({
          ...backend,
          tables: () => (mode === "sync" ? list : Promise.resolve(list)),
        })),
    } as Adapter;
    await using store = storeOf(mode, adapter);
    const [found] = await store.tables("d");
    expect(found).toEqual({ name: "t", type: "set" });
    expect(found).not.toBe(entry);
  });

  test("dropTable removes the table with its records, and closes its handle", async () => {
    await using store = open();
    const table = await store.ensureTable("d", "t", { type: "bag" });
    await table.insert(["k"]);
    const others = await store.ensureTable("other", "t");
    await others.insert(["theirs"]);
    expect(await store.dropTable("d", "t")).toBe(true);
    await failure("STORE_TABLE_CLOSED", () => table.lookup("k"));
    expect(await store.tables("d")).toEqual([]);
    const anew = await store.ensureTable("d", "t");
    expect([anew.type, await anew.size]).toEqual(["set", 0]);
    expect(await others.lookup("theirs")).toEqual([["theirs"]]);
  });

  test("dropTable of a table that is closed, or isn't there, says which", async () => {
    await using store = open();
    await (await store.ensureTable("d", "t")).close();
    expect(await store.dropTable("d", "t")).toBe(true);
    expect(await store.dropTable("d", "t")).toBe(false);
    expect(await store.dropTable("never", "t")).toBe(false);
  });

  test("dropTable that fails leaves the table to be opened anew", async () => {
    const plain = arrayAdapterOf(mode);
    let isBroken = true;
    const adapter = {
      ...plain,
      open: (options: object, toolkit: never) =>
        after(plain.open(options as never, toolkit), (backend) => ({
          ...backend,
          dropTable: (domain: string, name: string) => {
            if (isBroken) throw new Error("busy");
            return backend.dropTable(domain, name);
          },
        })),
    } as Adapter;
    await using store = storeOf(mode, adapter);
    await (await store.ensureTable("d", "t")).insert(["k"]);
    const error = await failure("STORE_IO", () => store.dropTable("d", "t"));
    expect(error.message).toBe('dropTable("d", "t"): busy');
    expect(await (await store.ensureTable("d", "t")).lookup("k")).toEqual([["k"]]);
    isBroken = false;
    expect(await store.dropTable("d", "t")).toBe(true);
  });

  test("strictDomains: tables of a domain never configured are refused, naming it", async () => {
    const adapter = arrayAdapterOf(mode);
    await using store = createStore<Adapter, "async">({
      adapter,
      mode: mode as "async",
      strictDomains: true,
    });
    const calls: Record<string, (store: Store<"async">, domain: string) => unknown> = {
      ensureTable: (strict, domain) => strict.ensureTable(domain, "t"),
      tables: (strict, domain) => strict.tables(domain),
      dropTable: (strict, domain) => strict.dropTable(domain, "t"),
      copyDomain: (strict, domain) => strict.copyDomain(domain, { adapter: arrayAdapterOf(mode) }),
      migrateDomain: (strict, domain) =>
        strict.migrateDomain(domain, { adapter: arrayAdapterOf(mode) }),
    };
    await store.configureDomain("known", { adapter });
    for (const [name, call] of Object.entries(calls)) {
      const error = await failure("STORE_INVALID_OPERATION", () => call(store, "knwon"));
      expect(error.message).toContain(name);
      expect(error.message).toContain('domain "knwon" was never configured');
      await call(store, "known");
    }
    expect(await store.adapterModule("knwon")).toBe(adapter);
    await store.resetDomain("known");
    await failure("STORE_INVALID_OPERATION", () => store.tables("known"));
    await store.configureDomain("known", { adapter });
    await store.clear();
    await failure("STORE_INVALID_OPERATION", () => store.tables("known"));
  });

  test.each([null, 1, "yes"])("strictDomains of %o is STORE_INVALID_OPTIONS", (strictDomains) => {
    const config = { adapter: arrayAdapter(), strictDomains: strictDomains as never };
    expect(() => createStore(config)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }),
    );
  });
});

function after<A, B>(result: A | Promise<A>, next: (value: A) => B): B | Promise<B> {
  return result instanceof Promise ? result.then(next) : next(result);
}

describe("dropTable of an async store", () => {
  test("waits for the table's opening, closes and drops it", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const opened = store.ensureTable("d", "t");
    expect(await store.dropTable("d", "t")).toBe(true);
    const table = await opened;
    await failure("STORE_TABLE_CLOSED", () => table.size);
    expect(await store.tables("d")).toEqual([]);
  });

  test("goes before an ensureTable that comes after it, and again after that", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    await (await store.ensureTable("d", "t")).insert(["old"]);
    const dropped = store.dropTable("d", "t");
    const opened = store.ensureTable("d", "t", { type: "bag" });
    const again = store.dropTable("d", "t");
    expect([await dropped, await again]).toEqual([true, true]);
    const table = await opened;
    expect(table.type).toBe("bag");
    await failure("STORE_TABLE_CLOSED", () => table.size);
  });

  test("does the writes that were called before it first, and loses none of other tables", async () => {
    await using store = createStore({ adapter: asyncArrayAdapter() });
    const table = await store.ensureTable("d", "t");
    const other = await store.ensureTable("d", "u");
    const writes = [table.insert(["k"]), other.insert(["k"])];
    expect(await store.dropTable("d", "t")).toBe(true);
    await Promise.all(writes);
    expect(await other.size).toBe(1);
  });
});
