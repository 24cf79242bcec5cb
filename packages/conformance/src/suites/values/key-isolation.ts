import { collect, same } from "../../assertions/assertion.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { mutateDeeply } from "./mutation.js";

/** The same of keys, which tables keep to find records by. */
export const keyIsolation: Suite = {
  name: "isolation of keys",
  heading: "Isolation",
  lookAt:
    "what the adapter keeps of a key; one that serializes must not keep, or return, the key that it was handed",
  define({ eachType }) {
    eachType(
      "keys that hold bytes or tuples are copied when they are written and when they are read",
      ALL,
      async (table) => {
        const bytes = Uint8Array.of(1);
        const tuple = ["a", Uint8Array.of(2)] as const;
        await table.insertMany([
          [bytes, 1],
          [tuple, 1],
        ]);
        bytes[0] = 9;
        tuple[1][0] = 9;
        for (const read of [
          async () => collect(table.keys()),
          async () => (await collect(table.records())).map(([key]) => key),
          async () => [await table.first(), await table.last()],
          async () => [await table.next((await table.first()) ?? 0)],
          async () => [await table.prev((await table.last()) ?? 0)],
          async () => (await table.lookup(Uint8Array.of(1))).map(([key]) => key),
          async () => (await table.lookup(["a", Uint8Array.of(2)])).map(([key]) => key),
        ]) {
          mutateDeeply(await read());
          same(await table.member(Uint8Array.of(1)), true, "the key of bytes");
          same(await table.lookup(["a", Uint8Array.of(2)]), [[["a", Uint8Array.of(2)], 1]]);
          same(await table.lookup(Uint8Array.of(1)), [[Uint8Array.of(1), 1]]);
        }
      },
    );

    eachType(
      "a key given to a read may be changed before the read has returned",
      ALL,
      async (table) => {
        await table.insert([["a", 1], 1]);
        const key: ["a", number] = ["a", 1];
        const reading = table.lookup(key);
        key[1] = 2;
        same(await reading, [[["a", 1], 1]]);
      },
    );
  },
};
