import { _, type Key, type Store, type StoreRecord, type TableType } from "@store/core";
import { decodeText, encodeText } from "@store/text-form";
import { describe, expect, test, vi } from "vitest";
import { walkOn } from "../../src/tables/page-walk.js";
import type { AnyTable } from "../../src/tables/store.js";
import { Walk } from "../../src/tables/walk.js";
import { fileStore, memoryStore, STORES } from "../support/stores.js";
import { named, Viewing } from "../support/viewer.js";

const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
const COUNT = 3_000;

/** Keys of every kind, each in its own place. */
function keyOf(index: number): Key {
  switch (index % 6) {
    case 0:
      return index;
    case 1:
      return BigInt(index) ** 3n;
    case 2:
      return `key ${index}`;
    case 3:
      return Uint8Array.of(index >> 8, index & 255);
    case 4:
      return ["tuple", index % 7, index];
    default:
      return [null, index % 2 === 0, String(index)];
  }
}

const idOf = ({ key, nth }: { key: string; nth: number }) => `${nth} ${key}`;

describe.each(Object.entries(STORES))("pages of a store, %s", (_name, makeStore) => {
  test.each(TYPES)(
    "%s: each record that was there throughout comes once, while others come and go",
    async (type) => {
      const store = makeStore();
      const table = (await (store as Store<"async">).ensureTable("d", "t", { type })) as AnyTable;
      const isBag = type === "bag" || type === "duplicate_bag";
      // Even keys stay; odd ones come and go.
      const recordsOf = (index: number): StoreRecord[] =>
        isBag && index % 10 === 0
          ? [
              [keyOf(index), "first"],
              [keyOf(index), "second"],
            ]
          : [[keyOf(index), index]];
      const all = Array.from({ length: COUNT }, (_each, index) => recordsOf(index));
      await table.insertMany(all.flat());
      const viewing = await Viewing.of(store);
      let turn = 0;
      const { rows, pages } = await viewing.all({ table: named("t"), limit: 100 }, async () => {
        turn++;
        for (let index = 1 + 2 * turn; index < COUNT; index += 300)
          await table.delete(keyOf(index));
        for (let index = 0; index < 20; index++) await table.insert([`new ${turn} ${index}`, 0]);
        await table.insert([keyOf(2 * turn + 1), "again"]);
      });
      expect(pages).toBeGreaterThanOrEqual(15);
      const seen = new Map<string, number>();
      for (const row of rows) seen.set(idOf(row), (seen.get(idOf(row)) ?? 0) + 1);
      expect([...seen].filter(([, times]) => times > 1)).toEqual([]);
      for (let index = 0; index < COUNT; index += 2) {
        const key = encodeText(keyOf(index));
        recordsOf(index).forEach((_record, nth) => {
          expect(seen.get(idOf({ key, nth })), key).toBe(1);
        });
      }
    },
  );
});

describe("an ordered table", () => {
  async function ordered() {
    const store = fileStore();
    const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
    table.insertMany(Array.from({ length: 500 }, (_each, index) => [keyOf(index), index]));
    table.insertMany(Array.from({ length: 200 }, (_each, index) => [["run", index], { index }]));
    return { table, viewing: await Viewing.of(store) };
  }

  test.each([
    [
      { gte: "100", lt: "400" },
      { gte: 100, lt: 400 },
    ],
    [
      { gt: "100", lte: "402" },
      { gt: 100, lte: 402 },
    ],
    [{ gt: '["run",20]' }, { gt: ["run", 20] }],
    [{ prefix: '["run"]' }, { prefix: ["run"] }],
    [{ prefix: '"key 1"' }, { prefix: "key 1" }],
    [{ prefix: '{"$bytes":"AQ=="}' }, { prefix: Uint8Array.of(1) }],
    [
      { prefix: '["run"]', gte: '["run",50]' },
      { prefix: ["run"], gte: ["run", 50] },
    ],
    [{}, {}],
  ])("%j is a range, forwards and backwards", async (params, range) => {
    const { table, viewing } = await ordered();
    for (const reverse of [false, true]) {
      const asked = { table: named("t"), limit: 7, ...params, ...(reverse && { reverse: "1" }) };
      const { rows } = await viewing.all(asked);
      const keys = [...table.keys({ ...range, reverse } as never)].map((key) => encodeText(key));
      expect(keys.length).toBeGreaterThan(0);
      expect(rows.map(({ key }) => key)).toEqual(keys);
    }
  });

  test("a page may be asked for again, and its cursor may be gone meanwhile", async () => {
    const { table, viewing } = await ordered();
    const params = { table: named("t"), limit: 10 };
    const first = await viewing.get("records", params);
    const second = await viewing.get("records", { ...params, cursor: first.cursor });
    expect(await viewing.get("records", { ...params, cursor: first.cursor })).toEqual(second);
    table.delete(decodeText(first.cursor) as Key);
    expect(await viewing.get("records", { ...params, cursor: first.cursor })).toEqual(second);
  });

  test("a key finds its record", async () => {
    const { viewing } = await ordered();
    const { rows, cursor } = await viewing.get("records", { table: named("t"), key: '["run",7]' });
    expect(rows.map(({ key }: { key: string }) => key)).toEqual(['["run",7]']);
    expect(cursor).toBeUndefined();
    const nothing = await viewing.get("records", { table: named("t"), key: '["run",7777]' });
    expect(nothing.rows).toEqual([]);
  });
});

test("a bag's many records of a key come page by page", async () => {
  const store = memoryStore();
  const bag = store.ensureTable<StoreRecord>("d", "t", { type: "bag" });
  bag.insertMany(Array.from({ length: 250 }, (_each, index) => ["k", index]));
  bag.insert(["other", 1]);
  const viewing = await Viewing.of(store);
  const { rows, pages, searched } = await viewing.all({
    table: named("t"),
    key: '"k"',
    limit: 100,
  });
  expect([rows.length, pages, searched]).toEqual([250, 3, 250]);
  expect(rows.map(({ nth }) => nth)).toEqual(Array.from({ length: 250 }, (_each, index) => index));
});

describe("a table without order", () => {
  test("has no ranges, and says what works", async () => {
    const store = memoryStore();
    store.ensureTable<StoreRecord>("d", "t").insert([1]);
    const viewing = await Viewing.of(store);
    for (const params of [{ gte: "1" }, { prefix: '["a"]' }, { reverse: "1" }]) {
      const answer = await viewing.ask("/api/records", { table: named("t"), ...params });
      expect([answer.status, answer.json.error.message]).toEqual([
        400,
        expect.stringContaining("A key or a pattern works"),
      ]);
    }
  });

  test("the page that was answered last is answered again; those before it are gone", async () => {
    const store = memoryStore();
    const records = Array.from({ length: 100 }, (_each, index): StoreRecord => [index]);
    store.ensureTable<StoreRecord>("d", "t").insertMany(records);
    const viewing = await Viewing.of(store);
    const params = { table: named("t"), limit: 10 };
    const first = await viewing.get("records", params);
    const second = await viewing.get("records", { ...params, cursor: first.cursor });
    expect(await viewing.get("records", { ...params, cursor: first.cursor })).toEqual(second);
    await viewing.get("records", { ...params, cursor: second.cursor });
    const gone = await viewing.ask("/api/records", { ...params, cursor: first.cursor });
    expect([gone.status, gone.json.error.code]).toEqual([410, "WALK_IS_GONE"]);
  });

  test("of many walks the oldest is let go, and says so", async () => {
    const store = memoryStore();
    store.ensureTable<StoreRecord>("d", "t").insertMany([[1], [2], [3]]);
    const viewing = await Viewing.of(store);
    const params = { table: named("t"), limit: 1 };
    const { cursor } = await viewing.get("records", params);
    const others: string[] = [];
    for (let index = 0; index < 32; index++) {
      others.push((await viewing.get("records", params)).cursor);
    }
    expect((await viewing.ask("/api/records", { ...params, cursor })).status).toBe(410);
    const last = others.at(-1);
    expect((await viewing.ask("/api/records", { ...params, cursor: last })).status).toBe(200);
  });
});

describe("a pattern", () => {
  const patterns: readonly (readonly [text: string, pattern: unknown])[] = [
    ["[_,_]", [_, _]],
    ['[_,{"state":"failed","n":_}]', [_, { state: "failed", n: _ }]],
    ['[["run",_],_]', [["run", _], _]],
    ['[["run",3],_]', [["run", 3], _]],
    ['[_,{"$map":[["a",_]]}]', [_, new Map([["a", _]])]],
    ['["run 5",_]', ["run 5", _]],
    ['[_,{"$number":"-0"}]', [_, -0]],
    ['[_,[_,{"$bigint":"2"}]]', [_, [_, 2n]]],
    ["[_]", [_]],
  ];

  test.each(TYPES)("in a %s finds what matchObject finds", async (type) => {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t", { type });
    for (let index = 0; index < 200; index++) {
      table.insert([`run ${index}`, { state: index % 3 === 0 ? "failed" : "done", n: index }]);
      table.insert([["run", index], index % 2 === 0 ? new Map([["a", index]]) : [index, 2n]]);
      table.insert([index, index % 2 === 0 ? 0 : -0]);
      table.insert([BigInt(index)]);
    }
    const viewing = await Viewing.of(store);
    for (const [match, pattern] of patterns) {
      const { rows } = await viewing.all({ table: named("t"), match, limit: 11 });
      const expected = table.matchObject(pattern as StoreRecord).map(([key]) => encodeText(key));
      expect(expected.length, match).toBeGreaterThan(0);
      expect(rows.map(({ key }) => key).sort(), match).toEqual(expected.sort());
    }
  });

  test("with a whole key finds of its records those that match", async () => {
    const store = memoryStore();
    const bag = store.ensureTable<StoreRecord>("d", "t", { type: "bag" });
    bag.insertMany([
      ["k", "a", 1],
      ["k", "b", 2],
      ["k", "a", 3],
      ["l", "a", 4],
    ]);
    const viewing = await Viewing.of(store);
    const { rows, searched } = await viewing.all({ table: named("t"), match: '["k","a",_]' });
    expect([rows.map(({ nth }) => nth), searched]).toEqual([[0, 2], 3]);
  });

  test("goes with a range", async () => {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
    table.insertMany(Array.from({ length: 100 }, (_each, index) => [index, index % 10]));
    const viewing = await Viewing.of(store);
    const { rows } = await viewing.all({
      table: named("t"),
      match: "[_,3]",
      gte: "50",
      reverse: "1",
    });
    expect(rows.map(({ key }) => key)).toEqual(["93", "83", "73", "63", "53"]);
    const one = await viewing.all({ table: named("t"), match: "[63,3]", gte: "70" });
    expect(one.rows).toEqual([]);
  });

  test("with a bound part of a tuple key looks at that part only", async () => {
    const store = memoryStore();
    const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
    for (let run = 0; run < 100; run++) {
      table.insertMany(Array.from({ length: 10 }, (_each, index) => [["run", run, index], index]));
    }
    const viewing = await Viewing.of(store);
    const { rows, searched } = await viewing.all({ table: named("t"), match: '[["run",7,_],3]' });
    expect([rows.length, searched]).toEqual([1, 10]);
  });

  test.each(["_", "5", "[]", '[{"a":1}]', '[_,{"$set":[_]}]', "[_", '[_,{"a":1,"a":2}]'])(
    "%s is none, and is told so",
    async (match) => {
      const store = memoryStore();
      store.ensureTable("d", "t");
      const viewing = await Viewing.of(store);
      expect((await viewing.ask("/api/records", { table: named("t"), match })).status).toBe(400);
    },
  );

  test("over many records answers in parts that say how many were looked at, and lets others run", async () => {
    // A clock that goes on by a millisecond whenever it is looked at.
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => now++);
    let turns = 0;
    let isCounting = true;
    const count = () => {
      turns++;
      if (isCounting) setImmediate(count);
    };
    setImmediate(count);
    try {
      const records = Array.from({ length: 50_000 }, (_each, index): StoreRecord => [index]);
      const walk = new Walk(records);
      const selection = {
        key: undefined,
        hasKey: false,
        range: {},
        matches: ([key]: StoreRecord) => key === 49_999,
      };
      const request = { table: {} as AnyTable, selection, limit: 10, cursor: undefined };
      const parts = [];
      for (;;) {
        const part = await walkOn(walk, request);
        parts.push(part);
        if (part.isAtEnd) break;
      }
      expect(parts.length).toBeGreaterThan(3);
      expect(parts.reduce((sum, { searched }) => sum + searched, 0)).toBe(50_000);
      expect(parts.map(({ rows }) => rows.length)).toEqual([
        ...new Array(parts.length - 1).fill(0),
        1,
      ]);
      // One in eight milliseconds, by that clock.
      expect(turns).toBeGreaterThan(50_000 / 32 / 16);
    } finally {
      isCounting = false;
      clock.mockRestore();
    }
  });
});

test("a million records: the first page looks at no more than it shows", async () => {
  const store = memoryStore();
  const table = store.ensureTable<StoreRecord>("d", "t", { type: "ordered_set" });
  const set = store.ensureTable<StoreRecord>("d", "s");
  const records = Array.from({ length: 1_000_000 }, (_each, index): StoreRecord => [index, "x"]);
  table.insertMany(records);
  set.insertMany(records);
  const viewing = await Viewing.of(store);
  for (const name of ["t", "s"]) {
    const page = await viewing.get("records", { table: named(name) });
    expect([page.rows.length, page.searched]).toEqual([100, 100]);
  }
});

test("keys and values that look like markup, or can't be seen, come as they are", async () => {
  const store = memoryStore();
  const table = store.ensureTable<StoreRecord>("d", "<img src=x onerror=alert(1)>", {
    type: "ordered_set",
  });
  const hostile = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u0000\u0007\u001b[31m\r\n\t",
    "\u202e\u2066evil\ufeff",
    "\u0085\u009b\u00ad\u200b",
    "\ud800",
    "__proto__",
    "</script><!--",
    "{{constructor.constructor('alert(1)')()}}",
  ];
  for (const text of hostile) {
    table.insert([text, { [text]: text, list: [text] }, new Map([[text, text]])]);
  }
  const viewing = await Viewing.of(store);
  const name = named("<img src=x onerror=alert(1)>");
  const answer = await viewing.ask("/api/records", { table: name });
  expect(answer.headers["content-type"]).toMatch(/^application\/json/);
  expect(answer.json.rows.map(({ key }: { key: string }) => decodeText(key)).sort()).toEqual(
    [...hostile].sort(),
  );
  for (const { key, keyPreview, preview } of answer.json.rows) {
    const shown = [...keyPreview, ...preview].map(([, text]: [string, string]) => text).join("");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u202e\u2066\ufeff]/);
    const record = await viewing.get("record", { table: name, key });
    expect(decodeText(record.text)).toEqual(table.lookup(decodeText(key) as Key)[0]);
  }
});
