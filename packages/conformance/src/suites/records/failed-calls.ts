import type { StoreRecord } from "@store/core";
import { collect, holds, isCoded, refuses, same, sameRecords } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import { ALL, type Suite, UNIQUE } from "../../harness/suite.js";

const CONTENT: readonly StoreRecord[] = [
  ["a", 1],
  ["b", { v: 1 }],
  [["run", 1], "x"],
];

/** A failed call changes nothing, and says what failed. */
export const unchanged: Suite = {
  name: "failed calls",
  heading: "Failures",
  lookAt: "insertMany and the other writes: a write that throws must have changed nothing",
  define({ eachType }) {
    eachType("insertMany with a bad record in the middle changes nothing", ALL, async (table) => {
      await table.insertMany(CONTENT);
      for (const bad of [[], 5, null, [Number.NaN], ["k", () => 1], ["k", Symbol("s")]]) {
        const records = [["new", 1], ["a", 2], bad, ["newer", 1]] as never;
        const outcome = await refusal(() => table.insertMany(records));
        const again = await refusal(() => table.insertNewMany(records));
        same([outcome, again], [outcome, outcome], "the codes of insertMany and insertNewMany");
        await check(table);
      }
    });

    eachType("insertMany names the record that is bad", ALL, async (table) => {
      const records = [
        ["new", 1],
        ["newer", 1],
        ["k", { run: () => 1 }],
      ] as StoreRecord[];
      await refuses("STORE_INVALID_RECORD", () => table.insertMany(records), "2", "[2].run");
    });

    eachType(
      "insertMany of an iterable that throws changes nothing and keeps the cause",
      ALL,
      async (table) => {
        await table.insertMany(CONTENT);
        const cause = new Error("no more");
        const throwing = function* (): Generator<StoreRecord> {
          yield ["new", 1];
          yield ["a", 2];
          throw cause;
        };
        for (const call of [
          () => table.insertMany(throwing()),
          () => table.insertNewMany(throwing()),
          () => table.insertMany({ [Symbol.iterator]: () => throwing() }),
        ]) {
          const error = await refuses("STORE_INVALID_OPERATION", call, "insert", '"t"');
          holds(error.cause === cause, "the cause must be what the iterable threw");
          await check(table);
        }
      },
    );

    eachType(
      "insertMany reads an iterable that uses the table to its end before it writes",
      ALL,
      async (table, { mode }) => {
        if (mode !== "sync") return;
        await table.insertMany(CONTENT);
        const records = function* (): Generator<StoreRecord> {
          yield ["new", 1];
          void table.insert(["meanwhile", 1]);
          yield ["size", table.size];
        };
        await table.insertMany(records());
        same(await table.lookup("size"), [["size", 4]], "the size that the iterable saw");
        same(await table.size, 6, "size");
      },
    );

    eachType(
      "foldl whose callback throws changes nothing, and the table still works",
      ALL,
      async (table) => {
        await table.insertMany(CONTENT);
        await refuses("STORE_INVALID_OPERATION", () =>
          table.foldl(() => {
            throw "a string";
          }, 0),
        );
        await check(table);
        await table.insert(["after", 1]);
        same(await table.lookup("after"), [["after", 1]]);
      },
    );

    eachType("failed updates change nothing", UNIQUE, async (table) => {
      await table.insertMany(CONTENT);
      const calls = [
        () => table.updateCounter("b", 1),
        () => table.updateCounter("a", [3, 1]),
        () => table.updateCounter("missing", 1),
        () => table.updateCounter("missing", 1, ["missing", "x"]),
        () => table.updateElement("a", [5, 1]),
        () => table.updateElement("a", [2, () => 1]),
        () => table.replace(["a", 1], ["a", () => 1]),
      ];
      for (const call of calls) {
        await refusal(call);
        await check(table);
      }
    });

    eachType(
      "keys and member names like __proto__ and constructor are stored as any other",
      ALL,
      async (table) => {
        const names = [
          "__proto__",
          "constructor",
          "prototype",
          "toString",
          "hasOwnProperty",
          "",
          "\0",
          "then",
        ];
        for (const name of names) {
          same(await table.member(name), false, `member ${JSON.stringify(name)}`);
          same(await table.lookup(name), [], `lookup ${JSON.stringify(name)}`);
        }
        await table.insertMany(names.map((name): StoreRecord => [name, { [name]: name }]));
        for (const name of names) same(await table.lookup(name), [[name, { [name]: name }]]);
        same(await table.size, names.length, "size");
        for (const name of names) await table.delete(name);
        same(await table.size, 0, "size after");
      },
    );

    eachType(
      "an error is a StoreError with code and message, whatever fails",
      ALL,
      async (table) => {
        const calls: (() => unknown)[] = [
          () => table.insert(undefined as never),
          () => table.lookup(undefined as never),
          () => table.foldl(undefined as never, 0),
          () => table.matchObject(undefined as never),
          () => collect(table.records({ limit: -1 })),
        ];
        for (const call of calls) await refusal(call);
      },
    );

    eachType(
      "an error's message names the operation, the table and what was received",
      ALL,
      async (table) => {
        await refuses(
          "STORE_INVALID_RECORD",
          () => table.insert(4_711 as never),
          "insert",
          '"t"',
          '"d"',
          "4711",
        );
        await refuses("STORE_INVALID_KEY", () => table.lookup(Number.NaN), "lookup", '"t"', "NaN");
        await refuses(
          "STORE_INVALID_KEY",
          () => table.member(new Date(0) as never),
          "member",
          "Date",
        );
        await refuses(
          "STORE_INVALID_OPERATION",
          () => table.matchObject("pat" as never),
          "matchObject",
          "pat",
        );
        await refuses(
          "STORE_INVALID_OPERATION",
          () => collect(table.keys({ limit: -7 })),
          "keys",
          "-7",
        );
      },
    );

    eachType("an error's message stays short, whatever was received", ALL, async (table) => {
      const long = "x".repeat(1_000_000);
      for (const call of [
        () => table.insert(long as never),
        () => table.lookup([long, Number.NaN]),
        () => table.matchObject(long as never),
      ]) {
        const length = await messageLength(call);
        holds(length < 2_000, `the message has ${length} characters`);
      }
    });

    eachType(
      "an error's message names the missing key",
      ["set", "bag", "duplicate_bag"],
      async (table) => {
        await refuses("STORE_KEY_NOT_FOUND", () => table.next("nobody"), "next", '"t"', "nobody");
      },
    );
  },
};

async function check(table: AnyTable): Promise<void> {
  sameRecords(await collect(table.records()), CONTENT, "the records after a failed call");
  same(await table.size, CONTENT.length, "size after a failed call");
  for (const record of CONTENT) same(await table.lookup(record[0]), [record]);
}

/** The code that a call fails with. */
async function refusal(call: () => unknown): Promise<string> {
  const error = await thrown(call);
  holds(isCoded(error), `expected a StoreError, got ${String(error)}`);
  holds(
    error instanceof Error && error.message.length > 0,
    "the error must be an Error with a message",
  );
  holds(error.code.startsWith("STORE_"), `the code is ${error.code}`);
  return error.code;
}

async function messageLength(call: () => unknown): Promise<number> {
  return String(Object(await thrown(call)).message).length;
}

async function thrown(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("expected the call to fail");
}
