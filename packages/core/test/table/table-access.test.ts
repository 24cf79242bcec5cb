import { describe, expect, test } from "vitest";
import { accessTable, type StandardSchema, type TableAccess } from "../../src/index.js";
import { arrayAdapterOf } from "../support/array-adapter.js";
import { MODES, storeOf } from "../support/mode.js";

type Note = [id: string, text: string];

const trimming: StandardSchema<Note, Note> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value: [(value as Note)[0], (value as Note)[1].trim()] }),
  },
};

describe.each(MODES)("accessTable in a store that is %s", (mode) => {
  const store = () => storeOf(mode, arrayAdapterOf(mode));

  test("gives the methods of the table, in the adapter's mode, and refuses when it is closed", async () => {
    const table = await store().ensureTable("d", "t");
    const { methods, checkOpen, mode: found } = accessTable(table) as TableAccess;
    expect(found).toBe(mode);
    await methods.insertMany([["k", 1]]);
    expect(await table.lookup("k")).toEqual([["k", 1]]);
    expect(await methods.lookup("k")).toEqual([["k", 1]]);
    checkOpen();
    await table.close();
    expect(checkOpen).toThrow(expect.objectContaining({ code: "STORE_TABLE_CLOSED" }));
    await expect((async () => methods.lookup("k"))()).rejects.toMatchObject({
      code: "STORE_TABLE_CLOSED",
    });
  });

  test("own checks by the handle's schema, and copies; copy doesn't ask the schema", async () => {
    const table = await store().ensureTable("d", "t", { schema: trimming });
    const { own, copy, revise } = accessTable(table) as TableAccess;
    const given = ["k", " x "];
    expect(own(given)).toEqual(["k", "x"]);
    expect(copy(given)).toEqual(given);
    expect(copy(given)).not.toBe(given);
    expect(revise?.(["k", " y "])).toEqual(["k", "y"]);
    expect(() => own([() => {}])).toThrow();
  });

  test("tables of one backend share it", async () => {
    const opened = store();
    const [a, b] = [await opened.ensureTable("d", "a"), await opened.ensureTable("e", "b")];
    const other = await store().ensureTable("d", "a");
    const backendOf = (table: unknown) => accessTable(table)?.backend;
    expect(backendOf(a)).toBe(backendOf(b));
    expect(backendOf(a)).not.toBe(backendOf(other));
  });
});

test("accessTable of what is no handle is undefined", () => {
  for (const none of [undefined, null, 1, {}, []]) expect(accessTable(none)).toBeUndefined();
});
