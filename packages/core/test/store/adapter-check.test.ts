import { describe, expect, test } from "vitest";
import { type Adapter, CONTRACT_VERSION, createStore, type Toolkit } from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";

const REQUIRED_METHODS = [
  "lookup",
  "insertMany",
  "delete",
  "deleteObjects",
  "deleteAllObjects",
  "size",
  "first",
  "last",
  "next",
  "prev",
  "close",
];

/** An adapter whose backend, or whose tables, are something else. */
function opening(parts: { backend?: object; table?: object }): Adapter {
  const adapter = arrayAdapter();
  return {
    ...adapter,
    open(options: object, toolkit: never) {
      const backend = adapter.open(options as never, toolkit);
      const openTable = (domain: string, name: string) => ({
        ...backend.openTable(domain, name, "set"),
        ...parts.table,
      });
      return { ...backend, openTable, ...parts.backend };
    },
  } as Adapter;
}

describe("createStore", () => {
  const wrong: [string, unknown, string][] = [
    ["name", undefined, "the adapter: name must be a string, not empty; got undefined"],
    ["name", "", 'the adapter: name must be a string, not empty; got ""'],
    ["name", 1, "the adapter: name must be a string, not empty; got 1"],
    ["mode", undefined, 'adapter "array": mode must be "sync" or "async"; got undefined'],
    ["mode", "both", 'mode must be "sync" or "async"; got "both"'],
    ["contractVersion", undefined, "contractVersion must be 2"],
    ["contractVersion", CONTRACT_VERSION + 1, "contractVersion must be 2"],
    ["contractVersion", "2", "contractVersion must be 2"],
    ["capabilities", undefined, "capabilities.durable must be a boolean; got undefined"],
    ["capabilities", null, "capabilities.durable must be a boolean; got undefined"],
    ["normalizeOptions", undefined, "normalizeOptions must be a function; got undefined"],
    ["normalizeOptions", {}, "normalizeOptions must be a function; got an object"],
    ["open", undefined, "open must be a function; got undefined"],
    ["open", "open", 'open must be a function; got "open"'],
  ];
  test.each(wrong)("with an adapter whose %s is %o refuses it", (member, value, message) => {
    const adapter = { ...arrayAdapter(), [member]: value } as Adapter;
    expect(() => createStore({ adapter })).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_ADAPTER",
        message: expect.stringContaining(`createStore: `),
      }),
    );
    expect(() => createStore({ adapter })).toThrow(message);
  });

  test.each(["durable", "ordered", "bags", "shared", "serializes", "batches", "expiry"])(
    "with an adapter that doesn't declare %s as true or false refuses it",
    (capability) => {
      for (const value of [undefined, "yes", 1]) {
        const adapter = arrayAdapter({ capabilities: { [capability]: value as never } });
        expect(() => createStore({ adapter })).toThrow(
          expect.objectContaining({
            code: "STORE_INVALID_ADAPTER",
            message: expect.stringContaining(`capabilities.${capability} must be a boolean`),
          }),
        );
      }
    },
  );

  test.each(["maxKeyBytes", "maxRecordBytes"])(
    "with an adapter whose %s is no integer above 0 refuses it",
    (capability) => {
      for (const value of [0, -1, 1.5, Number.NaN, "1", null]) {
        const adapter = arrayAdapter({ capabilities: { [capability]: value as never } });
        expect(() => createStore({ adapter })).toThrow(
          expect.objectContaining({
            code: "STORE_INVALID_ADAPTER",
            message: expect.stringContaining(`capabilities.${capability} must be an integer above`),
          }),
        );
      }
      createStore({ adapter: arrayAdapter({ capabilities: { [capability]: 511 } }) }).close();
    },
  );

  test.each([[undefined], [null], ["memory"], [() => arrayAdapter()]])(
    "with %o for an adapter refuses it",
    (adapter) => {
      expect(() => createStore({ adapter: adapter as unknown as Adapter })).toThrow(
        expect.objectContaining({ code: "STORE_INVALID_ADAPTER" }),
      );
    },
  );

  test("with an adapter that is a class instance takes it", () => {
    class ClassyAdapter {
      readonly name = "classy";
      readonly mode = "sync";
      readonly contractVersion = 2;
      readonly capabilities = arrayAdapter().capabilities;
      readonly #plain = arrayAdapter();
      normalizeOptions(options: Record<string, unknown>) {
        return this.#plain.normalizeOptions(options);
      }
      open(options: Record<string, unknown>, toolkit: Toolkit) {
        return this.#plain.open(options, toolkit);
      }
    }
    using store = createStore({ adapter: new ClassyAdapter() });
    expect(store.ensureTable("d", "t").size).toBe(0);
  });

  test.each<[string, () => unknown]>([
    ["nothing", () => undefined],
    ["null", () => null],
    ["a number", () => 1],
    ["a promise", async () => ({})],
    ["a promise that rejects", () => Promise.reject(new Error("nobody waits for it"))],
  ])("with an adapter that normalises its options to %s refuses it", (_what, normalized) => {
    const adapter = { ...arrayAdapter(), normalizeOptions: normalized } as Adapter;
    expect(() => createStore({ adapter })).toThrow(
      expect.objectContaining({
        code: "STORE_INVALID_ADAPTER",
        message: expect.stringContaining('adapter "array" normalised its options to'),
      }),
    );
  });
});

describe.each(MODES)("ensureTable of a store that is %s", (mode) => {
  test.each([
    ["nothing", undefined],
    ["null", null],
    ["a number", 1],
  ])("with an adapter that opens %s for a backend refuses it", async (_what, backend) => {
    await using store = storeOf(mode, { ...arrayAdapter(), open: () => backend as never });
    await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
  });

  test.each(["openTable", "tables", "dropTable", "close"])(
    "with a backend without %s refuses it",
    async (method) => {
      const store = storeOf(mode, opening({ backend: { [method]: undefined } }));
      const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
      expect(error.message).toBe(
        `ensureTable("d", "t"): adapter "array" opened a backend without ${method}`,
      );
      await store.close();
    },
  );

  test.each<[string, object, object, string | undefined]>([
    ["has batches", { batches: true }, {}, "applyChanges"],
    ["has batches and is shared", { batches: true, shared: true }, {}, "transact"],
    [
      "has batches, is shared, and only applies changes",
      { batches: true, shared: true },
      { applyChanges: () => {} },
      "transact",
    ],
    ["has batches of its own", { batches: true }, { transact: () => [] }, undefined],
    ["has batches, and applies changes", { batches: true }, { applyChanges: () => {} }, undefined],
  ])("with an adapter that %s: the backend must fit", async (_what, given, methods, lacks) => {
    const capabilities = { ...arrayAdapter().capabilities, ...given };
    const atomic = { insertNew: () => true, take: () => [], update: () => {}, scan: () => [] };
    const adapter = opening({ backend: { applyChanges: undefined, ...methods }, table: atomic });
    await using store = storeOf(mode, { ...adapter, capabilities });
    const opened = () => store.ensureTable("d", "t");
    if (lacks === undefined) {
      expect((await opened()).name).toBe("t");
    } else {
      const error = await failure("STORE_INVALID_ADAPTER", opened);
      expect(error.message).toContain(`opened a backend without ${lacks}`);
    }
  });

  test.each<[object, string]>([
    [{}, "expire, expiresAt"],
    [{ expire: () => true }, "expiresAt"],
    [{ expiresAt: () => [] }, "expire"],
  ])("with expiry, and a table that has %o of it, refuses it", async (table, lacks) => {
    const capabilities = { ...arrayAdapter().capabilities, expiry: true };
    await using store = storeOf(mode, { ...opening({ table }), capabilities });
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toBe(`ensureTable("d", "t"): the adapter's table lacks ${lacks}`);
  });

  test("with expiry, shared, and a table that has no replace of its own, refuses it", async () => {
    const capabilities = { ...arrayAdapter().capabilities, expiry: true, shared: true };
    const nothing = () => undefined;
    const table = Object.fromEntries(
      ["insertNew", "take", "update", "scan", "expire", "expiresAt"].map((name) => [name, nothing]),
    );
    await using store = storeOf(mode, { ...opening({ table }), capabilities });
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toContain("lacks replace");
  });

  test.each(REQUIRED_METHODS)("with a table without %s refuses it", async (method) => {
    await using store = storeOf(mode, opening({ table: { [method]: undefined } }));
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toBe(`ensureTable("d", "t"): the adapter's table lacks ${method}`);
  });

  test("with no table at all names every method that it lacks", async () => {
    const backend = { openTable: () => undefined };
    await using store = storeOf(mode, opening({ backend }));
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toContain(REQUIRED_METHODS.join(", "));
  });

  test("with a durable adapter's table without sync refuses it", async () => {
    await using store = storeOf(mode, arrayAdapter({ capabilities: { durable: true } }));
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toContain("lacks sync");
  });

  test("with a shared adapter's table without the atomic methods refuses it", async () => {
    await using store = storeOf(mode, arrayAdapter({ capabilities: { shared: true } }));
    const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
    expect(error.message).toContain("lacks insertNew, take, update");
  });

  test.each([undefined, "SET", 1])(
    "with a table of type %o refuses and closes it",
    async (type) => {
      let closed = 0;
      const table = { type, close: () => void closed++ };
      await using store = storeOf(mode, opening({ table }));
      const error = await failure("STORE_INVALID_ADAPTER", () => store.ensureTable("d", "t"));
      expect(error.message).toContain("the adapter opened a table of type");
      expect(closed).toBe(1);
    },
  );

  test("with a table of another type than asked for closes it, and works with its own", async () => {
    let closed = 0;
    await using store = storeOf(mode, opening({ table: { close: () => void closed++ } }));
    await failure("STORE_TABLE_TYPE_MISMATCH", () => store.ensureTable("d", "t", { type: "bag" }));
    expect(closed).toBe(1);
    expect((await store.ensureTable("d", "t")).type).toBe("set");
  });

  test("with a table of another type that doesn't close either still tells of the type", async () => {
    const close = () => {
      throw new Error("stuck");
    };
    const store = storeOf(mode, opening({ table: { close } }));
    await failure("STORE_TABLE_TYPE_MISMATCH", () => store.ensureTable("d", "t", { type: "bag" }));
    await store.close();
  });
});

describe.each(MODES)(
  "the records of an adapter that keeps them by reference, in a store that is %s",
  (mode) => {
    test.each([true, false, undefined])(
      "are handed on in its own arrays only where they are made for that read: %s",
      async (freshRecords) => {
        const kept = Object.freeze([1, "a"]);
        const adapter = opening({ table: { freshRecords, lookup: () => [kept] } });
        const table = await storeOf(mode, adapter).ensureTable("d", "t");
        const [read] = await table.lookup(1);
        expect(read).toEqual([1, "a"]);
        expect(read === kept).toBe(freshRecords === true);
      },
    );
  },
);
