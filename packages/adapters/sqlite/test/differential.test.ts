import { isDeepStrictEqual } from "node:util";
import { compareKeys, createStore, type Key, type StoreRecord, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { hasSqlite } from "./support/has-sqlite.js";
import { openStore } from "./support/open-store.js";
import { type Operation, randomOperation } from "./support/operations.js";
import { Random } from "./support/random.js";
import { scratchPath } from "./support/scratch.js";

const SEED = 20_260_401;
const TYPES: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];

/** Between two comparisons of all that the tables hold; the file is closed and opened at each. */
const BETWEEN_LOOKS = 250;

describe.skipIf(!hasSqlite)("beside the memory adapter", () => {
  test.each(TYPES)("a long series of operations has the same results and content: %s", (type) => {
    const memory = createStore({ adapter: memoryAdapter });
    onTestFinished(() => memory.close());
    const expected = memory.ensureTable("d", "t", { type });
    const path = scratchPath();
    const random = new Random(SEED);
    const count = partOf(2_500, 25_000);
    for (let from = 0; from < count; from += BETWEEN_LOOKS) {
      const store = openStore({ path });
      const table = store.ensureTable("d", "t", { type });
      for (let step = from; step < from + BETWEEN_LOOKS; step++) {
        const operation = randomOperation(random, type);
        const place = `seed ${SEED}, step ${step}: ${operation.member}`;
        same(outcomeOf(table, operation, type), outcomeOf(expected, operation, type), place);
      }
      same(
        sorted(table.records()),
        sorted(expected.records()),
        `after step ${from + BETWEEN_LOOKS}`,
      );
      expect(table.size).toBe(sorted(table.records()).length);
      store.close();
    }
  });
});

/** Strictly: 0 and -0 differ, and objects with and without a prototype. */
function same(actual: unknown, expected: unknown, message: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  expect(actual, message).toStrictEqual(expected);
  throw new Error(`${message}: the results differ in what isn't shown`);
}

/** What a call returns, an iterator gone through, or the code of what it throws. */
function outcomeOf(table: object, { member, args }: Operation, type: TableType): unknown {
  try {
    const method = (table as Record<string, (...args: readonly unknown[]) => unknown>)[member];
    const result = method?.apply(table, [...args]);
    if (member === "records" || member === "keys") return [...(result as Iterable<unknown>)];
    // Without an order of keys, what matches comes in any.
    if (member === "matchObject" && type !== "ordered_set") {
      return sorted(result as StoreRecord[]);
    }
    return result;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** By key; those of one key stay in their order. */
function sorted(records: Iterable<StoreRecord>): StoreRecord[] {
  return [...records].sort(([a], [b]) => compareKeys(a as Key, b as Key));
}
