import { types } from "node:util";
import type { StoreRecord } from "@store/core";
import { collect, holds, same, sameRecords } from "../../assertions/assertion.js";
import { ALL, type Suite } from "../../harness/suite.js";
import { VALUES } from "../../model/sample-values.js";

/** What is read is deeply equal to what was written. */
export const values: Suite = {
  name: "values",
  heading: "What can be stored",
  lookAt: 'how records are encoded and decoded: docs/adapters.md, "Keeping values"',
  define({ eachType }) {
    eachType("a value of each kind is read as it was written", ALL, async (table) => {
      const kinds = Object.entries(VALUES);
      await table.insertMany(kinds.map(([kind, make]): StoreRecord => [kind, make()]));
      for (const [kind, make] of kinds) same(await table.lookup(kind), [[kind, make()]], kind);
    });

    eachType(
      "a value of each kind is read as it was written, after the table was closed",
      ALL,
      async (table, context, type) => {
        const records = Object.entries(VALUES).map(
          ([kind, make]): StoreRecord => [kind, make(), kind],
        );
        await table.insertMany(records);
        await table.close();
        const again = await context.table(type);
        for (const record of records)
          same(await again.lookup(record[0]), [record], String(record[0]));
        sameRecords(await collect(again.records()), records);
      },
    );

    eachType(
      "values of all kinds in one record are read as they were written",
      ALL,
      async (table) => {
        const all = () => Object.values(VALUES).map((make) => make());
        const record: StoreRecord = ["k", ...all()];
        await table.insert(record);
        same(await table.lookup("k"), [["k", ...all()]]);
      },
    );

    eachType("every way to read and write keeps values unchanged", ALL, async (table) => {
      const make = (): StoreRecord => ["k", -0, VALUES["everything nested"]?.(), [undefined]];
      const insertions = [
        () => table.insert(make()),
        () => table.insertNew(make()),
        () => table.insertMany([make()]),
        () => table.insertNewMany([make()]),
      ];
      for (const write of insertions) {
        await table.deleteAllObjects();
        await write();
        same(await table.lookup("k"), [make()], "lookup");
        same(await collect(table.records()), [make()], "records");
        same(
          await table.foldl((record, all: unknown[]) => [...all, record], []),
          [make()],
          "foldl",
        );
        same(await table.matchObject(make() as never), [make()], "matchObject");
        same(await table.take("k"), [make()], "take");
      }
    });

    eachType(
      "updateElement keeps values of each kind unchanged",
      ["set", "ordered_set"],
      async (table) => {
        await table.insert(["k", 0, "x"]);
        for (const [kind, make] of Object.entries(VALUES)) {
          same(await table.updateElement("k", [2, make()]), true);
          same(await table.lookup("k"), [["k", make(), "x"]], kind);
        }
      },
    );

    eachType("a Buffer is stored as a Uint8Array, also when it is nested", ALL, async (table) => {
      const buffer = Buffer.from([1, 2]);
      await table.insert(["k", buffer, { deep: [new Map([[buffer, buffer]])] }]);
      const bytes = Uint8Array.of(1, 2);
      same(await table.lookup("k"), [["k", bytes, { deep: [new Map([[bytes, bytes]])] }]]);
    });

    eachType(
      "binary data over shared or resizable memory is stored as it is now, in memory of its own",
      ALL,
      async (table) => {
        const shared = new Float32Array(sharedMemory(8));
        const bytes = new Uint8Array(sharedMemory(2));
        shared.set([1, 2]);
        bytes.set([3, 4]);
        const resizable = Reflect.construct(ArrayBuffer, [2, { maxByteLength: 8 }]);
        const tracking = new Int16Array(resizable);
        resizable.resize(4);
        tracking.set([5, 6]);
        await table.insert(["k", shared, bytes, [resizable], tracking]);
        shared.fill(9);
        bytes.fill(9);
        tracking.fill(9);
        resizable.resize(8);
        const numbers = Int16Array.of(5, 6);
        same(await table.lookup("k"), [
          ["k", Float32Array.of(1, 2), Uint8Array.of(3, 4), [numbers.buffer], numbers],
        ]);
        const [record = []] = await table.lookup("k");
        holds(
          !types.isSharedArrayBuffer(Object(record[1]).buffer),
          "what was over shared memory must come back over ordinary memory",
        );
      },
    );

    eachType(
      "properties that aren't enumerable, or have symbols for names, aren't stored",
      ALL,
      async (table) => {
        const value = Object.defineProperty({ a: 1, [Symbol("s")]: 2 }, "hidden", { value: 3 });
        await table.insert(["k", value, Object.assign([1], { extra: 2 })]);
        same(await table.lookup("k"), [["k", { a: 1 }, [1]]]);
        const [record] = await table.lookup("k");
        holds(
          Reflect.ownKeys(Object(record?.[1])).length === 1,
          "no other properties may be there",
        );
      },
    );

    eachType("a member that a getter returns is stored as its value", ALL, async (table) => {
      let reads = 0;
      await table.insert([
        "k",
        {
          get computed() {
            return ++reads;
          },
        },
      ]);
      same(
        [await table.lookup("k"), reads],
        [[["k", { computed: 1 }]], 1],
        "the record and the reads",
      );
    });

    eachType("an object that occurs twice comes back as two", ALL, async (table) => {
      const shared = { a: 1 };
      await table.insert(["k", shared, [shared]]);
      const [record = []] = await table.lookup("k");
      holds(record[1] !== Object(record[2])[0], "both elements hold one object");
    });

    eachType("a stored __proto__ changes no prototype", ALL, async (table) => {
      await table.insert(["k", JSON.parse('{"__proto__":{"polluted":true}}')]);
      const [record] = await table.lookup("k");
      const value = Object(record?.[1]);
      holds(Object.hasOwn(value, "__proto__"), "__proto__ must be a member of its own");
      same([value.polluted, Reflect.get({}, "polluted")], [undefined, undefined]);
    });

    eachType(
      "a value of a million characters or bytes is read as it was written",
      ALL,
      async (table) => {
        const text = "x\u00e9\ud800".repeat(350_000);
        const bytes = new Uint8Array(1_000_000).map((_byte, index) => index);
        await table.insertMany([
          ["text", text],
          ["bytes", bytes],
        ]);
        same(
          [await table.lookup("text"), await table.lookup("bytes")],
          [[["text", text]], [["bytes", bytes]]],
        );
      },
    );
  },
};

/** A page that isn't isolated has no shared memory: there it is ordinary memory. */
function sharedMemory(length: number): SharedArrayBuffer | ArrayBuffer {
  return typeof SharedArrayBuffer === "function"
    ? new SharedArrayBuffer(length)
    : new ArrayBuffer(length);
}
