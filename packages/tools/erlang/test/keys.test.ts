import { createStore, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, test } from "vitest";
import { openErlangFile, writeErlangFile } from "../src/index.js";
import { hasOtp } from "./support/otp.js";
import { Workspace, walked } from "./support/workspace.js";

/** A term as a key, in both styles. */
const KEYS: readonly (readonly [term: string, plain: unknown, exact: unknown])[] = [
  ["1", 1, 1],
  ["1.0", 1, ["$float", 1]],
  ["1.5", 1.5, 1.5],
  ["9007199254740992", 9007199254740992n, 9007199254740992n],
  ["9007199254740992.0", 9007199254740992, 9007199254740992],
  ["-0.0", 0, ["$float", "-0"]],
  ["a", "a", ["$atom", "a"]],
  ["undefined", "undefined", ["$atom", "undefined"]],
  ["true", true, true],
  ["nil", null, null],
  ['<<"a">>', "a", "a"],
  ["<<255>>", new Uint8Array([255]), new Uint8Array([255])],
  ["{run, 1}", ["run", 1], [["$atom", "run"], 1]],
  ['{<<"run">>, {1, 2.0}}', ["run", [1, 2]], ["run", [1, ["$float", 2]]]],
  ["{}", [], []],
  ['"ab"', ["$list", 97, 98], ["$list", 97, 98]],
  ["[a]", ["$list", "a"], ["$list", ["$atom", "a"]]],
  ['{<<"$list">>, 1}', ["$tuple", "$list", 1], ["$tuple", "$list", 1]],
  ['{<<"$atom">>, <<"a">>}', ["$tuple", "$atom", "a"], ["$tuple", "$atom", "a"]],
  ['{<<"$atom">>, 5}', ["$atom", 5], ["$atom", 5]],
  [
    '{<<"$tuple">>, <<"$atom">>, <<"a">>}',
    ["$tuple", "$tuple", "$atom", "a"],
    ["$tuple", "$tuple", "$atom", "a"],
  ],
];

describe.runIf(hasOtp)("keys", () => {
  const place = new Workspace();

  test.each(KEYS)(
    "%s is a key, plain and exact, and the exact one is that term again",
    async (term, plain, exact) => {
      await place.run(
        `T = ets:new(t, []), ets:insert(T, {${term}, x}), ets:tab2file(T, Dir ++ "keys")`,
      );
      const path = place.path("keys");
      const [[key] = []] = [...openErlangFile(path).records()];
      expect(key).toStrictEqual(plain);
      const records = [...openErlangFile(path, { keys: "exact" }).records()];
      expect(records[0]?.[0]).toStrictEqual(exact);
      writeErlangFile(path, { name: "t", type: "set", records });
      const isSame = await place.run(
        `{ok, T} = ets:file2tab(Dir ++ "keys"), [{Key, x}] = ets:tab2list(T), Key =:= ${term}`,
      );
      expect(isSame).toBe(true);
    },
  );

  test.each(["#{a => 1}", "<<1:3>>", "[a | b]", "self()", "fun lists:map/2"])(
    "%s is a key that is its external term",
    async (term) => {
      await place.run(
        `T = ets:new(t, []), ets:insert(T, {${term}, x}), ets:tab2file(T, Dir ++ "keys")`,
      );
      const records = [...openErlangFile(place.path("keys")).records()];
      expect(records[0]?.[0]).toEqual(["$term", expect.any(Uint8Array)]);
      writeErlangFile(place.path("keys"), { name: "t", type: "set", records });
      const isSame = await place.run(
        `{ok, T} = ets:file2tab(Dir ++ "keys"), [{Key, x}] = ets:tab2list(T), Key =:= ${term}`,
      );
      expect(isSame).toBe(true);
    },
  );

  test("a record's other elements follow its key, wherever the table has that", async () => {
    await place.run(
      `T = ets:new(t, [{keypos, 3}]), ets:insert(T, {<<"x">>, 2, k, [y]}), ets:tab2file(T, Dir ++ "third")`,
    );
    const file = openErlangFile(place.path("third"));
    expect(file).toMatchObject({ kind: "tab2file", name: "t", type: "set", keyPosition: 3 });
    const records = [...file.records()];
    expect(records).toEqual([["k", "x", 2, [{ $atom: "y" }]]]);
    writeErlangFile(place.path("third"), { ...file, records });
    expect(
      await place.run(
        `{ok, T} = ets:file2tab(Dir ++ "third"), {ets:info(T, keypos), ets:tab2list(T)}`,
      ),
    ).toEqual({
      $tuple: [3, [{ $tuple: ["x", 2, "k", [{ $atom: "y" }]] }]],
    });
  });

  test("plain values are strings, arrays and objects where exact ones say what they were", async () => {
    await place.run(
      `T = ets:new(t, []), ets:insert(T, {1, ok, {a, 2.0}, #{status => done, <<"n">> => nil}, #{a => 1, <<"a">> => 2}}), ets:tab2file(T, Dir ++ "plain")`,
    );
    expect([...openErlangFile(place.path("plain"), { values: "plain" }).records()]).toStrictEqual([
      [
        1,
        "ok",
        ["a", 2],
        { status: "done", n: null },
        new Map<unknown, unknown>([
          ["a", 2],
          [{ $atom: "a" }, 1],
        ]),
      ],
    ]);
  });

  test("all records go into a table of a store, and come from it", async () => {
    await place.run(
      `T = ets:new(t, [bag]), [ets:insert(T, {{run, I div 3}, #{n => I}, self()}) || I <- lists:seq(1, 30)], ets:tab2file(T, Dir ++ "store")`,
    );
    const file = openErlangFile(place.path("store"));
    const store = createStore({ adapter: memoryAdapter });
    const table = store.ensureTable("domain", file.name, { type: file.type });
    table.insertMany(file.records());
    expect(table.size).toBe(30);
    expect(table.lookup(["run", 2])).toHaveLength(3);
    writeErlangFile(place.path("store"), {
      ...file,
      records: table.records() as Iterable<StoreRecord>,
    });
    expect([...openErlangFile(place.path("store")).records()].sort()).toEqual(
      [...file.records()].sort(),
    );
    store.close();
  });
});

describe.runIf(hasOtp)("terms that are one key", () => {
  const place = new Workspace();

  test.each([
    ["1", "1.0"],
    ["a", '<<"a">>'],
    ["{1, a}", '{1, <<"a">>}'],
    ["{a, 1}", "{a, 1.0}"],
    ["'$list'", '<<"$list">>'],
    ["[a]", '[<<"a">>]'],
  ])("%s and %s are refused, and both named, or kept, and both stay", async (one, other) => {
    await place.run(
      `T = ets:new(t, []), ets:insert(T, [{${one}, 1}, {${other}, 2}, {3, 3}]), ets:tab2file(T, Dir ++ "two")`,
    );
    const refused = openErlangFile(place.path("two"));
    const { records, error } = walked(refused);
    expect(records).toEqual([]);
    expect(error).toMatchObject({ code: "STORE_INVALID_KEY" });
    expect(refused.report).toMatchObject({ complete: false, records: 0 });

    const kept = openErlangFile(place.path("two"), { onCollision: "keep" });
    const store = createStore({ adapter: memoryAdapter });
    const table = store.ensureTable("domain", "t");
    table.insertMany(kept.records());
    expect(table.size).toBe(3);
    expect(kept.report).toMatchObject({ complete: true, records: 3, collisions: 1 });
    store.close();
  });

  test("are named as Erlang shows them", async () => {
    await place.run(
      `T = ets:new(t, []), ets:insert(T, [{{a, 1}, 1}, {{<<"a">>, 1.0}, 2}]), ets:tab2file(T, Dir ++ "two")`,
    );
    const { error } = walked(openErlangFile(place.path("two")));
    expect((error as Error).message).toContain("{a,1}");
    expect((error as Error).message).toContain('{<<"a"/utf8>>,1.0}');
  });

  test.each(['{1, a}, {2, <<"a">>}', '{1, <<"a">>}, {2, a}'])(
    "the one that the key is written back as keeps it, of %s as of the other order",
    async (objects) => {
      await place.run(
        `T = ets:new(t, [ordered_set]), ets:insert(T, [${objects}]), ets:tab2file(T, Dir ++ "order"), {ok, B} = file:read_file(Dir ++ "order"), file:write_file(Dir ++ "order", binary:replace(B, <<"keypos", 97, 1>>, <<"keypos", 97, 2>>))`,
      );
      const records = [...openErlangFile(place.path("order"), { onCollision: "keep" }).records()];
      const binaryFirst = objects.startsWith("{1, <<");
      expect(records).toEqual([
        [binaryFirst ? "a" : ["$atom", "a"], 1],
        [binaryFirst ? ["$atom", "a"] : "a", 2],
      ]);
    },
  );

  test("of which none is what the key is written back as, the first keeps it with all its records", async () => {
    await place.run(
      `{ok, T} = dets:open_file(t, [{file, Dir ++ "bag.dets"}, {type, bag}]), dets:insert(T, [{{a, 1.0}, 1}, {{a, 1}, 2}, {{a, 1.0}, 3}, {{a, 1}, 4}]), dets:close(T)`,
    );
    const file = openErlangFile(place.path("bag.dets"), { onCollision: "keep" });
    const records = [...file.records()];
    expect(file.report.collisions).toBe(2);
    expect(new Set(records.map(([key]) => JSON.stringify(key))).size).toBe(2);
  });

  test("exact keys never collide, and say nothing of collisions", async () => {
    await place.run(
      `T = ets:new(t, []), ets:insert(T, [{1, 1}, {1.0, 2}, {a, 3}, {<<"a">>, 4}]), ets:tab2file(T, Dir ++ "two")`,
    );
    const file = openErlangFile(place.path("two"), { keys: "exact" });
    expect(new Set([...file.records()].map(([key]) => JSON.stringify(key))).size).toBe(4);
    expect(file.report.collisions).toBe(0);
  });
});

describe("writeErlangFile", () => {
  const place = new Workspace(hasOtp);

  test.each([
    [2 ** 53, 2n ** 53n],
    [1, ["$float", 1]],
    [0, ["$float", "-0"]],
    [
      ["a", ["$float", 2]],
      ["a", 2],
    ],
  ])(
    "of an ordered_set with the keys %s and %s, which are one there, throws STORE_INVALID_KEY",
    (one, other) => {
      for (const keys of [
        [one, 5, other],
        [other, 5, one],
      ]) {
        const records = keys.map((key) => [key, 1] as unknown as StoreRecord);
        const write = () =>
          writeErlangFile(place.path("never"), { name: "t", type: "ordered_set", records });
        expect(write).toThrow(expect.objectContaining({ code: "STORE_INVALID_KEY" }));
        expect(() => openErlangFile(place.path("never"))).toThrow(
          expect.objectContaining({ code: "STORE_IO" }),
        );
      }
    },
  );

  test.runIf(hasOtp)("of a set keeps keys that only an ordered_set takes for one", async () => {
    const records: StoreRecord[] = [
      [2 ** 53, 1],
      [2n ** 53n, 2],
      [1, 3],
      [["$float", 1], 4],
    ];
    writeErlangFile(place.path("set"), { name: "t", type: "set", records });
    expect(
      await place.run(`{ok, T} = ets:file2tab(Dir ++ "set", [{verify, true}]), ets:info(T, size)`),
    ).toBe(4);
  });

  test.each([
    ["a function", [1, { a: () => 1 }], "record 2: [2].a is a function"],
    ["too few elements for the key", [1], "record 2: has 1 elements"],
  ])(
    "of a record with %s throws STORE_INVALID_RECORD and leaves what was there",
    (_, record, problem) => {
      const path = place.path("left");
      const table = { name: "t", type: "set", keyPosition: 2 } as const;
      writeErlangFile(path, { ...table, records: [[1, 2]] });
      const write = () =>
        writeErlangFile(path, { ...table, records: [[1, 2], record as unknown as StoreRecord] });
      expect(write).toThrow(expect.objectContaining({ code: "STORE_INVALID_RECORD" }));
      expect(write).toThrow(problem);
      expect([...openErlangFile(path).records()]).toEqual([[1, 2]]);
    },
  );

  test("takes what comes in its time, and ends a failed source without a file", async () => {
    async function* records(fails: boolean): AsyncIterable<StoreRecord> {
      yield ["a", 1];
      await Promise.resolve();
      if (fails) throw new Error("the source failed");
      yield ["b", 2];
    }
    const path = place.path("async");
    await expect(
      writeErlangFile(path, { name: "t", type: "set", records: records(true) }),
    ).rejects.toThrow("the source failed");
    expect(() => openErlangFile(path)).toThrow(expect.objectContaining({ code: "STORE_IO" }));
    await expect(
      writeErlangFile(path, { name: "t", type: "set", records: records(false) }),
    ).resolves.toBe(2);
    expect([...openErlangFile(path).records()]).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  test.each([
    [{ name: "x".repeat(256) }, "STORE_INVALID_TABLE_NAME"],
    [{ type: "list" }, "STORE_INVALID_OPTIONS"],
    [{ keyPosition: 0 }, "STORE_INVALID_OPTIONS"],
  ])("of a table with %j throws %s", (wrong, code) => {
    const table = { name: "t", type: "set", records: [], ...wrong } as never;
    expect(() => writeErlangFile(place.path("never"), table)).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test.each([[["md5"]], ["md5sum"]])(
    "with extendedInfo %j throws STORE_INVALID_OPTIONS",
    (extendedInfo) => {
      const write = () =>
        writeErlangFile(place.path("never"), { name: "t", type: "set", records: [] }, {
          extendedInfo,
        } as never);
      expect(write).toThrow(expect.objectContaining({ code: "STORE_INVALID_OPTIONS" }));
    },
  );

  test
    .runIf(hasOtp)
    .each([[[]], [["object_count"]], [["md5sum"]], [["object_count", "md5sum"]]] as const)(
    "with extendedInfo %j is what file2tab verifies, of no, one and 1,000 objects",
    async (extendedInfo) => {
      for (const count of [0, 1, 1_000]) {
        const records = Array.from(
          { length: count },
          (_, index): StoreRecord => [index, "x".repeat(index % 300)],
        );
        const table = { name: "a table", type: "ordered_set", records } as const;
        expect(writeErlangFile(place.path("info"), table, { extendedInfo })).toBe(count);
        const info = await place.run(
          `{ok, T} = ets:file2tab(Dir ++ "info", [{verify, true}]), {ok, I} = ets:tabfile_info(Dir ++ "info"), {ets:info(T, name), ets:info(T, size), proplists:get_value(extended_info, I), proplists:get_value(size, I)}`,
        );
        expect(info).toEqual({
          $tuple: [
            { $atom: "a table" },
            count,
            extendedInfo.map((name) => ({ $atom: name })),
            count,
          ],
        });
        const file = openErlangFile(place.path("info"));
        expect([...file.records()]).toEqual(records);
        expect(file.report.checked).toBe(
          extendedInfo.includes("md5sum" as never) ? "md5" : "count",
        );
      }
    },
  );
});
