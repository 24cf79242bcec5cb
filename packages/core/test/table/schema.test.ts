import { describe, expect, test } from "vitest";
import type {
  SchemaIssue,
  SchemaResult,
  StandardSchema,
  Store,
  StoreRecord,
} from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { failure, MODES, storeOf } from "../support/mode.js";
import { all, type UntypedTable } from "../support/table-calls.js";

type Validate = (record: readonly unknown[]) => SchemaResult<StoreRecord> | Promise<unknown>;

function schemaOf(validate: Validate): StandardSchema<unknown, StoreRecord> {
  const standard = { version: 1, vendor: "test", validate } as const;
  return { "~standard": standard as never };
}

/** Records are `[key, integer]`; what they have more is cut off, and an integer over 9 becomes 9. */
const bounded = schemaOf((record) => {
  const [key, count] = record as [StoreRecord[0], unknown];
  const issues: SchemaIssue[] = [{ message: "expected an integer", path: [1] }];
  return Number.isInteger(count) ? { value: [key, Math.min(9, Number(count))] } : { issues };
});

describe.each(MODES)("a schema in a store that is %s", (mode) => {
  const open = () => storeOf(mode, arrayAdapterOf(mode, { capabilities: { batches: true } }));

  async function table(store: Store<"async">, schema = bounded): Promise<UntypedTable> {
    const opened = await store.ensureTable("d", "t", { type: "ordered_set", schema });
    return opened as unknown as UntypedTable;
  }

  const writes: Record<string, (t: UntypedTable, n: unknown) => unknown> = {
    insert: (t, n) => t.insert(["k", n, "cut"]),
    insertMany: (t, n) => t.insertMany([["k", n]]),
    insertNew: (t, n) => t.insertNew(["k", n]),
    insertNewMany: (t, n) => t.insertNewMany([["k", n, "cut"]]),
    replace: (t, n) => t.replace(["r", 1], ["r", n]),
    "updateElement, the record": (t, n) => t.updateElement("r", [2, n]),
    "updateElement, a list": (t, n) =>
      t.updateElement("r", [
        [2, "x"],
        [2, n],
      ]),
    "updateElement, the default": (t, n) => t.updateElement("k", [2, n], ["?", "invalid"]),
    append: (t, n) => t.append(["log"], n),
  };

  test.each(Object.entries(writes))(
    "refuses what %s would write, by its words",
    async (name, write) => {
      await using store = open();
      const checked = await table(store);
      await checked.insert(["r", 1]);
      const error = await failure("STORE_INVALID_RECORD", () => write(checked, "none"));
      expect(error.message).toMatch(/: (records\[0\]: )?\[2\]: expected an integer$/);
      expect(error.message).toContain(`${name.split(",")[0]} on table "t"`);
      expect(await all(checked.records())).toEqual([["r", 1]]);
    },
  );

  test.each(Object.entries(writes))(
    "changes what %s writes: its answer is stored",
    async (_n, write) => {
      await using store = open();
      const checked = await table(store);
      await checked.insert(["r", 1]);
      await write(checked, 99);
      const stored = (await all(checked.records())).map((record) => record.slice(1));
      expect(stored).toContainEqual([9]);
      for (const elements of stored) expect(elements).toHaveLength(1);
    },
  );

  test("checks what counters come to: of the record, of the default, of a list", async () => {
    await using store = open();
    const checked = await table(store);
    await checked.insert(["r", 1]);
    await checked.updateCounter("r", 100);
    expect(await checked.lookup("r")).toEqual([["r", 9]]);
    await checked.updateCounter("n", [[2, 3]], ["?", 1, "cut"]);
    expect(await checked.lookup("n")).toEqual([["n", 4]]);
    const positive = schemaOf((record) =>
      Number(record[1]) > 0 ? { value: record as StoreRecord } : { issues: [{ message: "no" }] },
    );
    await checked.close();
    const other = await table(store, positive);
    await failure("STORE_INVALID_RECORD", () => other.updateCounter("n", -9));
    await failure("STORE_INVALID_RECORD", () => other.updateCounter("m", -1, ["?", 1]));
    // The default alone would be none; what it is counted to is what counts.
    expect(await other.updateCounter("m", 1, ["?", 0])).toBe(1);
    expect(await all(other.records())).toEqual([
      ["m", 1],
      ["n", 4],
      ["r", 9],
    ]);
  });

  test("checks what batches write", async () => {
    await using store = open();
    const checked = (await table(store)) as never;
    await (checked as UntypedTable).insert(["r", 1]);
    expect(() => store.batch().insert(checked, ["k", "none"] as never)).toThrow(
      expect.objectContaining({ code: "STORE_INVALID_RECORD" }),
    );
    const fails = [
      store.batch().updateElement(checked, "r" as never, [2, "x"] as never),
      store.batch().append(checked, ["log"] as never, "x" as never),
    ];
    for (const batch of fails) await failure("STORE_INVALID_RECORD", () => batch.commit());
    await store
      .batch()
      .insert(checked, ["k", 50] as never)
      .updateCounter(checked, "r" as never, 70)
      .append(checked, ["log"] as never, 90 as never)
      .commit();
    expect((await all((checked as UntypedTable).records())).map(([, count]) => count)).toEqual([
      9, 9, 9,
    ]);
  });

  test.each<[SchemaIssue["path"], string]>([
    [undefined, "bad"],
    [[], "bad"],
    [[0], "[1]: bad"],
    [[1, "state"], "[2].state: bad"],
    [["1", "tools", 0, "run"], "[2].tools[0].run: bad"],
    [[1, "a b", "é"], '[2]["a b"]["é"]: bad'],
    [[{ key: 1 }, { key: "state" }], "[2].state: bad"],
    [["length"], "[length]: bad"],
  ])("says where, for the path %o", async (path, text) => {
    await using store = open();
    const issue: SchemaIssue = path === undefined ? { message: "bad" } : { message: "bad", path };
    const checked = await table(
      store,
      schemaOf(() => ({ issues: [issue, { message: "worse" }] })),
    );
    const error = await failure("STORE_INVALID_RECORD", () => checked.insert(["k", 1]));
    expect(error.message).toBe(`insert on table "t" (domain "d"): ${text}; worse`);
  });

  test("that changes a key is refused: STORE_INVALID_RECORD", async () => {
    await using store = open();
    const checked = await table(
      store,
      schemaOf(([, ...rest]) => ({ value: ["other", ...rest] })),
    );
    const error = await failure("STORE_INVALID_RECORD", () => checked.insert(["k", 1]));
    expect(error.message).toContain("the schema changes the key");
    await failure("STORE_INVALID_RECORD", () => checked.updateCounter("k", 1, ["k", 1]));
    expect(await checked.size).toBe(0);
  });

  test("whose answer is no record, or can't be stored, is refused: STORE_INVALID_RECORD", async () => {
    await using store = open();
    for (const value of [undefined, "k", [], ["k", () => 1]]) {
      const checked = await table(
        store,
        schemaOf(() => ({ value: value as never })),
      );
      await failure("STORE_INVALID_RECORD", () => checked.insert(["k", 1]));
      expect(await checked.size).toBe(0);
      await checked.close();
    }
  });

  test("that answers with a promise is STORE_INVALID_OPTIONS, also one that rejects", async () => {
    await using store = open();
    for (const answer of [Promise.resolve({ value: ["k"] }), Promise.reject(new Error("late"))]) {
      const checked = await table(
        store,
        schemaOf(() => answer),
      );
      const error = await failure("STORE_INVALID_OPTIONS", () => checked.insert(["k"]));
      expect(error.message).toContain("the schema answers with a promise");
      expect(await checked.size).toBe(0);
      await checked.close();
    }
  });

  test("that throws is STORE_INVALID_OPERATION with the cause", async () => {
    await using store = open();
    const cause = new Error("broken");
    const checked = await table(
      store,
      schemaOf(() => {
        throw cause;
      }),
    );
    const error = await failure("STORE_INVALID_OPERATION", () => checked.insert(["k"]));
    expect(error.message).toContain("the schema threw: broken");
    expect(error.cause).toBe(cause);
  });

  test("doesn't check reads, deletes, nor what replace expects", async () => {
    await using store = open();
    const plain = await store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
    await plain.insert(["old", "none"]);
    await plain.close();
    const checked = await table(store);
    expect(await checked.lookup("old")).toEqual([["old", "none"]]);
    expect(await checked.replace(["old", "none"], ["old", 1])).toBe(true);
    expect(await checked.deleteObject(["old", 1])).toBe(1);
    expect(await checked.deleteObject(["old", "none"])).toBe(0);
  });

  test("can't reach what the table keeps through the record that it is given", async () => {
    await using store = open();
    const kept: unknown[] = [];
    const checked = await table(
      store,
      schemaOf((record) => {
        kept.push(record);
        return { value: [...record] as unknown as StoreRecord };
      }),
    );
    await checked.insert(["k", { list: [1] }, 1]);
    await checked.updateElement("k", [3, 2]);
    for (const record of kept as unknown[][]) {
      record[2] = "changed";
      const nested = record[1] as { list: number[] };
      try {
        nested.list.push(2);
      } catch {
        // Frozen, as what is read from such an adapter is.
      }
    }
    expect(await checked.lookup("k")).toEqual([["k", { list: [1] }, 2]]);
  });

  test.each([
    [
      "deletes the key",
      (t: UntypedTable) => t.delete(2),
      [
        [1, 1],
        [3, 3],
      ],
      false,
    ],
    [
      "inserts before it",
      (t: UntypedTable) => t.insert([0, 0]),
      [
        [0, 0],
        [1, 1],
        [2, 9],
        [3, 3],
      ],
      true,
    ],
    [
      "writes the record",
      (t: UntypedTable) => t.insert([2, 5, 7]),
      [
        [1, 1],
        [2, 9, 7],
        [3, 3],
      ],
      true,
    ],
  ])(
    "that %s while a record is changed changes that record alone",
    async (_w, write, left, was) => {
      await using store = storeOf(mode, arrayAdapterOf("sync"));
      let act = () => {};
      const checked = await table(
        store,
        schemaOf((record) => {
          const once = act;
          act = () => {};
          once();
          return { value: record as StoreRecord };
        }),
      );
      await checked.insertMany([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
      act = () => void write(checked);
      expect(await checked.updateElement(2, [2, 9])).toBe(was);
      expect(await all(checked.records())).toEqual(left);
    },
  );

  test("given to ensureTable again is the same handle, another or none is judged", async () => {
    await using store = open();
    const checked = await table(store);
    expect(await table(store)).toBe(checked);
    expect(await store.ensureTable("d", "t")).toBe(checked);
    const error = await failure("STORE_INVALID_OPERATION", () =>
      table(
        store,
        schemaOf(() => ({ value: [1] })),
      ),
    );
    expect(error.message).toBe('ensureTable("d", "t"): the table is open with another schema');
    await store.ensureTable("d", "plain");
    const none = await failure("STORE_INVALID_OPERATION", () =>
      store.ensureTable("d", "plain", { schema: bounded }),
    );
    expect(none.message).toContain("the table is open with no schema");
  });

  test.each([null, 1, {}, { "~standard": {} }, { "~standard": { version: 2, validate: () => 1 } }])(
    "that is %o is STORE_INVALID_OPTIONS",
    async (schema) => {
      await using store = open();
      const options = { schema: schema as never };
      await failure("STORE_INVALID_OPTIONS", () => store.ensureTable("d", "t", options));
    },
  );
});
