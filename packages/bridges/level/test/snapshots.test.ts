import { compareKeys } from "@store/core";
import type { AbstractSnapshot } from "abstract-level";
import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { StoreLevel } from "../src/index.js";
import { file, memory, sqlite } from "./support/backends.js";
import { randomFrom } from "./support/random.js";

type Model = Map<string, string>;

const KEYS = Array.from({ length: 30 }, (_, n) => `k${String(n).padStart(2, "0")}`);
const ENCODER = new TextEncoder();

/** What a snapshot or an iterator has to go on showing. */
interface Held {
  readonly model: Model;
  readonly snapshot: AbstractSnapshot;
}

function entriesOf(model: Model, options: Record<string, unknown>): [string, string][] {
  const { gte, lt, reverse, limit } = options as {
    gte?: string;
    lt?: string;
    reverse?: boolean;
    limit?: number;
  };
  const entries = [...model]
    .filter(([key]) => (gte === undefined || key >= gte) && (lt === undefined || key < lt))
    .sort(([a], [b]) => compareKeys(ENCODER.encode(a), ENCODER.encode(b)));
  return (reverse ? entries.reverse() : entries).slice(0, limit ?? entries.length);
}

async function openLevel(backend: typeof memory, mode: "sync" | "async" = "sync") {
  const { newTable, close } = backend.open(mode);
  onTestFinished(close);
  const table = await newTable();
  return { db: new StoreLevel(table), other: new StoreLevel(table), table };
}

describe.each([memory, file])("over $name", (backend) => {
  const seed = Math.floor(Math.random() * 2 ** 32);

  test(`snapshots and iterators show their moment, whatever is written: seed ${seed}`, async () => {
    const random = randomFrom(seed);
    const below = (end: number) => Math.floor(random() * end);
    const key = () => KEYS[below(KEYS.length)] as string;
    const range = () => ({
      ...(below(2) === 0 ? { gte: key() } : {}),
      ...(below(2) === 0 ? { lt: key() } : {}),
      ...(below(2) === 0 ? { reverse: true } : {}),
      ...(below(3) === 0 ? { limit: below(6) } : {}),
    });

    for (let round = 0; round < partOf(15, 300); round++) {
      const { db, other } = await openLevel(backend);
      const now: Model = new Map();
      const held: Held[] = [];
      for (let step = 0; step < 60; step++) {
        // Two databases over one table: each keeps what the other's snapshots need.
        const writer = below(2) === 0 ? db : other;
        const kind = below(8);
        if (kind < 3) {
          const [at, value] = [key(), `v${step}`];
          await writer.put(at, value);
          now.set(at, value);
        } else if (kind === 3) {
          const at = key();
          await writer.del(at);
          now.delete(at);
        } else if (kind === 4) {
          const [put, del] = [key(), key()];
          await writer.batch([
            { type: "put", key: put, value: `b${step}` },
            { type: "del", key: del },
            { type: "put", key: "k99", value: `b${step}` },
          ]);
          now.set(put, `b${step}`);
          now.delete(del);
          now.set("k99", `b${step}`);
        } else if (kind === 5) {
          const cleared = below(5) === 0 ? {} : range();
          await writer.clear(cleared);
          for (const [at] of entriesOf(now, cleared)) now.delete(at);
        } else if (kind === 6) {
          await db.open();
          held.push({ model: new Map(now), snapshot: db.snapshot() });
        } else {
          const [model, options] = [new Map(now), range()];
          const expected = entriesOf(model, options);
          const iterator = db.iterator(options);
          const read: unknown[] = [];
          for (;;) {
            if (below(2) === 0) {
              const at = key();
              await writer.put(at, `w${step}`);
              now.set(at, `w${step}`);
            }
            const entry = await iterator.next();
            if (entry === undefined) break;
            read.push(entry);
          }
          await iterator.close();
          expect(read).toEqual(expected);
        }
        for (const { model, snapshot } of held) {
          const at = key();
          expect(await db.get(at, { snapshot })).toBe(model.get(at));
          expect(await db.has(at, { snapshot })).toBe(model.has(at));
          expect(db.getSync(at, { snapshot })).toBe(model.get(at));
          const options = range();
          const read = await db.iterator({ ...options, snapshot }).all();
          expect(read).toEqual(entriesOf(model, options));
        }
      }
      expect(await db.iterator().all()).toEqual(entriesOf(now, {}));
      expect(await db.keys().all()).toEqual(entriesOf(now, {}).map(([at]) => at));
      await Promise.all(held.map(({ snapshot }) => snapshot.close()));
    }
  });

  test("clear with a snapshot removes the keys that were there then", async () => {
    const { db } = await openLevel(backend);
    await db.batch(KEYS.map((key) => ({ type: "put", key, value: "" })));
    const snapshot = db.snapshot();
    await db.put("later", "");
    await db.clear({ snapshot, limit: 10 });
    expect(await db.keys().all()).toEqual([...KEYS.slice(10), "later"]);
    expect(await db.keys({ snapshot }).all()).toEqual(KEYS);
    await db.clear({ snapshot });
    expect(await db.keys().all()).toEqual(["later"]);
    await snapshot.close();
  });

  test("what is read of a snapshot is the reader's own", async () => {
    const { db } = await openLevel(backend);
    const view = { keyEncoding: "view", valueEncoding: "view" };
    await db.put("k", "before");
    const snapshot = db.snapshot();
    await db.put("k", "after");
    const first = await db.get<string, Uint8Array>("k", { snapshot, valueEncoding: "view" });
    first?.fill(0);
    for (const [key, value] of await db
      .iterator<Uint8Array, Uint8Array>({ ...view, snapshot })
      .all()) {
      key.fill(0);
      value.fill(0);
    }
    expect(await db.iterator({ snapshot }).all()).toEqual([["k", "before"]]);
    await snapshot.close();
  });
});

test("a closed snapshot keeps nothing any more, and can't be read", async () => {
  const { db } = await openLevel(memory);
  await db.put("k", "1");
  const snapshot = db.snapshot();
  await snapshot.close();
  await expect(db.get("k", { snapshot })).rejects.toMatchObject({
    code: "LEVEL_SNAPSHOT_NOT_OPEN",
  });
});

test.skipIf(!sqlite.isThere)(
  "where other processes may write, no snapshot is promised",
  async () => {
    const { db } = await openLevel(sqlite);
    expect(db.supports).toMatchObject({ implicitSnapshots: false, explicitSnapshots: false });
    await db.open();
    expect(() => db.snapshot()).toThrowError(
      expect.objectContaining({ code: "LEVEL_NOT_SUPPORTED" }),
    );
  },
);

test("in an async store no snapshot is promised", async () => {
  const { db } = await openLevel(memory, "async");
  expect(db.supports).toMatchObject({
    implicitSnapshots: false,
    explicitSnapshots: false,
    getSync: false,
    signals: { iterators: true },
  });
});
