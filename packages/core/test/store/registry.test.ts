import { describe, expect, test } from "vitest";
import type { Adapter } from "../../src/index.js";
import { type ArrayOptions, arrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

/** An adapter with an option `size`, 1 by default, that must be a number. */
function sized(name: string): Adapter<ArrayOptions, "sync"> {
  return {
    ...arrayAdapter({ name }),
    normalizeOptions({ size = 1, ...others }) {
      if (typeof size === "number") return { size, ...others };
      throw new Error(`size must be a number; got ${typeof size}`);
    },
  };
}

describe.each(MODES)("the registry of a store that is %s", (mode) => {
  const memory = sized("memory");
  const disk = sized("disk");
  const open = () => storeOf(mode, memory, { size: 2 });

  test("domainConfig of a domain never configured is the default, with its options", async () => {
    await using store = open();
    expect(await store.domainConfig("runs")).toEqual({ adapter: memory, options: { size: 2 } });
    expect(await store.adapterModule("runs")).toBe(memory);
  });

  test("configureDomain of one domain backs that domain only", async () => {
    await using store = open();
    expect(await store.configureDomain("runs", { adapter: disk, options: { size: 3 } })).toBe(
      undefined,
    );
    expect(await store.domainConfig("runs")).toEqual({ adapter: disk, options: { size: 3 } });
    expect(await store.adapterModule("runs")).toBe(disk);
    expect(await store.adapterModule("journal")).toBe(memory);
  });

  test("configureDomain without options fills in the adapter's defaults", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    expect(await store.domainConfig("runs")).toEqual({ adapter: disk, options: { size: 1 } });
  });

  test("configureDomain with refused options names them and changes nothing", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    const error = await failure("STORE_INVALID_OPTIONS", () =>
      store.configureDomain("runs", { adapter: memory, options: { size: "9" } }),
    );
    expect(error.message).toBe(
      'configureDomain("runs"): adapter "memory": size must be a number; got string',
    );
    expect(error.cause).toBeInstanceOf(Error);
    expect(await store.adapterModule("runs")).toBe(disk);
  });

  test("configureDomain with no adapter at all changes nothing", async () => {
    await using store = open();
    await failure("STORE_INVALID_ADAPTER", () => store.configureDomain("runs", {} as never));
    await failure("STORE_INVALID_OPTIONS", () => store.configureDomain("runs", 1 as never));
    expect(await store.adapterModule("runs")).toBe(memory);
  });

  test.each([
    ["null", null],
    ["an array", []],
    ["a number", 1],
  ])(
    "configureDomain with options that are %s throws STORE_INVALID_OPTIONS",
    async (_what, options) => {
      await using store = open();
      await failure("STORE_INVALID_OPTIONS", () =>
        store.configureDomain("runs", { adapter: disk, options: options as never }),
      );
    },
  );

  test("configureDomain with an options object keeps nothing of it", async () => {
    await using store = open();
    const options = { size: 5 };
    await store.configureDomain("runs", { adapter: disk, options });
    options.size = 6;
    expect((await store.domainConfig("runs")).options).toEqual({ size: 5 });
  });

  test("configureDomain with an adapter that changes the options changes a copy", async () => {
    await using store = open();
    const greedy = arrayAdapter();
    const normalizeOptions = (given: Record<string, unknown>) => Object.assign(given, { more: 1 });
    const options = { size: 5 };
    await store.configureDomain("runs", { adapter: { ...greedy, normalizeOptions }, options });
    expect(options).toEqual({ size: 5 });
    expect((await store.domainConfig("runs")).options).toEqual({ size: 5, more: 1 });
  });

  test("resetDomain of one domain brings back its default, and leaves the others", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    await store.configureDomain("journal", { adapter: disk });
    await store.resetDomain("runs");
    await store.resetDomain("never configured");
    expect(await store.domainConfig("runs")).toEqual({ adapter: memory, options: { size: 2 } });
    expect(await store.adapterModule("journal")).toBe(disk);
  });

  test("clear brings back the default of every domain", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    await store.configureDomain("journal", { adapter: disk });
    await store.clear();
    expect(await store.adapterModule("runs")).toBe(memory);
    expect(await store.adapterModule("journal")).toBe(memory);
  });

  test("ensureTables called often changes nothing", async () => {
    await using store = open();
    await store.configureDomain("runs", { adapter: disk });
    expect(await store.ensureTables()).toBe(undefined);
    await store.ensureTables();
    expect(await store.adapterModule("runs")).toBe(disk);
  });

  test.each([[""], [undefined], [1], [null]])(
    "every member that takes a domain, given %o, throws STORE_INVALID_OPTIONS",
    async (domain) => {
      await using store = open();
      const wrong = domain as string;
      const refused = (call: () => unknown) => failure("STORE_INVALID_OPTIONS", call);
      await refused(() => store.configureDomain(wrong, { adapter: disk }));
      await refused(() => store.migrateDomain(wrong, { adapter: disk }));
      await refused(() => store.domainConfig(wrong));
      await refused(() => store.adapterModule(wrong));
      await refused(() => store.resetDomain(wrong));
      await refused(() => store.ensureTable(wrong, "t"));
      await refused(() => store.copyDomain(wrong, { adapter: disk }));
      await refused(() => store.tables(wrong));
      await refused(() => store.dropTable(wrong, "t"));
    },
  );
});
