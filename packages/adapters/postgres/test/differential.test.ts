import { createStore, type Table } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { afterAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { postgresAdapter } from "../src/index.js";
import { contentOf, operate, Random, TYPES } from "./support/operations.js";
import { dropSchema, hasServer, QUICK_URL, uniqueSchema } from "./support/servers.js";

const STEPS = partOf(1_000, 25_000);
const SEED = 20_261_128;

describe.skipIf(!hasServer)("the same operations on @store/memory", () => {
  const schema = uniqueSchema();
  afterAll(() => dropSchema(schema));

  test.each(TYPES)(
    `come to the same: ${STEPS} on a %s`,
    async (type) => {
      const theirs = createStore({ adapter: memoryAdapter, mode: "async" });
      const ours = createStore({
        adapter: postgresAdapter,
        options: { client: QUICK_URL, schema },
      });
      const open = async (store: typeof ours) =>
        (await store.ensureTable("differential", type, { type })) as Table<
          [string, ...unknown[]],
          "async"
        >;
      const [expected, found] = [await open(theirs as typeof ours), await open(ours)];
      const [one, other] = [new Random(SEED), new Random(SEED)];
      for (let step = 0; step < STEPS; step++) {
        const [a, b] = await Promise.all([
          operate(theirs as typeof ours, expected, one),
          operate(ours, found, other),
        ]);
        expect(b, `step ${step} of seed ${SEED}`).toStrictEqual(a);
        if (step % 500 === 499)
          expect(await contentOf(found)).toStrictEqual(await contentOf(expected));
      }
      await theirs.close();
      await ours.close();
    },
    600_000,
  );
});
