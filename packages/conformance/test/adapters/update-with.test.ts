import type { Key, StoreRecord } from "@store/core";
import { expect, test } from "vitest";
import { type Client, updateWith } from "./update-with.js";

const CALLERS = 100;

/** A database in memory that counts round trips. Each takes some turns of the event loop. */
class CountingClient implements Client {
  trips = 0;
  readonly #stored = new Map<string, { record: StoreRecord; version: number }>();
  #underWay = 0;
  /** How many round trips have been under way at the same time. */
  most = 0;

  constructor(...records: StoreRecord[]) {
    for (const record of records) this.write(record);
  }

  async get(key: Key) {
    return this.#trip(() => this.#stored.get(this.textOf(key)));
  }

  async put(record: StoreRecord, version: number) {
    return this.#trip(() => {
      if (this.#stored.get(this.textOf(record[0]))?.version !== version) return false;
      this.write(record);
      return true;
    });
  }

  textOf(key: Key): string {
    return JSON.stringify(key);
  }

  /** What another process does. */
  write(record: StoreRecord): void {
    const text = this.textOf(record[0]);
    this.#stored.set(text, { record, version: (this.#stored.get(text)?.version ?? 0) + 1 });
  }

  async #trip<T>(act: () => T): Promise<T> {
    this.trips++;
    this.most = Math.max(this.most, ++this.#underWay);
    await nextTurn();
    const result = act();
    await nextTurn();
    this.#underWay--;
    return result;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function increment([key, count]: StoreRecord): StoreRecord {
  return [key, Number(count) + 1];
}

test("updateWith by 100 callers of one key makes 200 round trips and counts 100", async () => {
  const client = new CountingClient(["k", 0]);
  const update = updateWith(client);
  const results = await Promise.all(Array.from({ length: CALLERS }, () => update("k", increment)));
  expect(results.map((record) => record?.[1])).toEqual(
    Array.from({ length: CALLERS }, (_unused, caller) => caller + 1),
  );
  expect((await client.get("k"))?.record).toEqual(["k", CALLERS]);
  expect(client.trips - 1).toBe(2 * CALLERS);
});

test("updateWith of different keys runs at the same time", async () => {
  const keys = Array.from({ length: 10 }, (_unused, key) => key);
  const client = new CountingClient(...keys.map((key): StoreRecord => [key, 0]));
  const update = updateWith(client);
  await Promise.all(keys.map((key) => update(key, increment)));
  expect(client.most).toBe(10);
});

test("updateWith repeats when another process has changed the record meanwhile", async () => {
  const client = new CountingClient(["k", 0]);
  const update = updateWith(client);
  let calls = 0;
  const changed = await update("k", (record) => {
    if (++calls === 1) client.write(["k", 10]);
    return increment(record);
  });
  expect([changed, calls]).toEqual([["k", 11], 2]);
});

test("updateWith whose change throws rejects that call alone", async () => {
  const client = new CountingClient(["k", 0]);
  const update = updateWith(client);
  const failing = update("k", () => {
    throw new Error("no");
  });
  const following = update("k", increment);
  await expect(failing).rejects.toThrow("no");
  expect(await following).toEqual(["k", 1]);
});

test("updateWith of a missing key returns undefined and writes nothing", async () => {
  const client = new CountingClient();
  expect(await updateWith(client)("k", increment)).toBeUndefined();
  expect(client.trips).toBe(1);
});
