import { describe, expect, test } from "vitest";
import {
  type Adapter,
  type AdapterBackend,
  accessStore,
  createStore,
  type StoreAccess,
} from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { MODES, storeOf } from "../support/mode.js";

/** The adapter, whose backends tell their domains, or don't. */
function listing(mode: "sync" | "async", names: readonly string[] | undefined) {
  const adapter = arrayAdapterOf(mode);
  const told = mode === "sync" ? names : Promise.resolve(names);
  const withDomains = (backend: AdapterBackend): AdapterBackend => ({
    ...bound(backend),
    ...(names && { domains: () => told as readonly string[] }),
  });
  return {
    ...adapter,
    open: (...args: Parameters<typeof adapter.open>) => {
      const opened = adapter.open(...args) as AdapterBackend | Promise<AdapterBackend>;
      return opened instanceof Promise ? opened.then(withDomains) : withDomains(opened);
    },
  } as typeof adapter;
}

function bound(backend: AdapterBackend): AdapterBackend {
  return {
    openTable: (...args) => backend.openTable(...args),
    tables: (domain) => backend.tables(domain),
    dropTable: (...args) => backend.dropTable(...args),
    close: () => backend.close(),
    applyChanges: (changes) => backend.applyChanges?.(changes) as never,
  };
}

describe.each(MODES)("accessStore of a store that is %s", (mode) => {
  test("lists the domains that have tables, by name, whatever backs them", async () => {
    const store = storeOf(mode, listing(mode, ["z", "a", "elsewhere"]));
    const other = arrayAdapterOf(mode);
    await store.configureDomain("elsewhere", { adapter: other } as never);
    await store.configureDomain("empty", { adapter: other } as never);
    await store.configureDomain("own", { adapter: other } as never);
    await store.ensureTable("own", "t");
    const { domains } = accessStore(store) as StoreAccess;
    expect(await domains()).toEqual(["a", "own", "z"]);
  });

  test("refuses where the default adapter can't list its domains", async () => {
    const { domains } = accessStore(storeOf(mode, listing(mode, undefined))) as StoreAccess;
    await expect((async () => domains())()).rejects.toMatchObject({ code: "STORE_NOT_SUPPORTED" });
  });

  test("lists only configured domains with strictDomains, without asking the default adapter", async () => {
    const adapter: Adapter = listing(mode, undefined);
    const config = { adapter, mode: mode as "async", strictDomains: true };
    const store = createStore<Adapter, "async">(config);
    await store.configureDomain("own", { adapter: arrayAdapterOf(mode) } as never);
    await store.ensureTable("own", "t");
    expect(await accessStore(store)?.domains()).toEqual(["own"]);
  });

  test("refuses once the store is closed", async () => {
    const store = storeOf(mode, listing(mode, []));
    await store.close();
    await expect((async () => accessStore(store)?.domains())()).rejects.toMatchObject({
      code: "STORE_TABLE_CLOSED",
    });
  });
});

test("accessStore of what is no store is undefined", () => {
  expect(accessStore({})).toBeUndefined();
});
