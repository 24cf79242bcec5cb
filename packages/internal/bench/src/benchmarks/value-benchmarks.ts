import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { collidingDoubles } from "../../../../../tooling/colliding-doubles.js";
import type { AnySetup, Benchmark, Task } from "../benchmark.js";
import type { Setup } from "../engine.js";
import { fileSet, memoryBag, memorySet, type StoreEngine } from "../engines/store.js";
import { timed } from "../stopwatch.js";

const MEGABYTE = 1_000_000;
const COMPARED = 5 * MEGABYTE;
const LONG_KEY = 10 * MEGABYTE;

const compareBuffers = baseline("Buffer.compare");
/** An insert leaves the bytes it wrote in slower memory than where it leaves those of a table in memory. */
const compareWritten = baseline("Buffer.compare of bytes just written");
const compareAndCopy = baseline("Buffer.compare, new Uint8Array(bytes)");
const copyBytes = baseline("new Uint8Array(bytes)");
const stringify = baseline("JSON.stringify of both");
const plainBag: Setup = { ...memoryBag, title: "a bag, plain doubles" };

/** Milliseconds that large values take, and those that were chosen to take long. */
export const VALUE_BENCHMARKS: readonly Benchmark[] = [
  ...comparing("deleteObject of 5 MB", (table, same) => table.deleteObject(["key", same]) !== 0),
  ...comparing("matchDelete of 5 MB", (table, same) => table.matchDelete(["key", same]) === 1),
  ...comparing("replace of 5 MB", (table, same) => table.replace(["key", same], ["key", 1])),
  replacingByAsMuch("replace of 5 MB by as much"),
  {
    name: "deleteObject of a Set of objects",
    unit: "ms",
    engines: [memorySet, stringify],
    records: 16_000,
    measure(setup, task) {
      const members = Array.from({ length: task.count }, (_, id) => ({ id, name: `member ${id}` }));
      const reversed = members.toReversed();
      if (setup === stringify) {
        return fastest(task, () => check(JSON.stringify(members) !== JSON.stringify(reversed)));
      }
      return withTable(setup, task, (table) =>
        fastest(
          task,
          () => check(table.deleteObject(["key", new Set(reversed)]) !== 0),
          () => void table.insert(["key", new Set(members)]),
        ),
      );
    },
  },
  {
    name: "bag insert of doubles that share an unseeded hash",
    unit: "ms",
    engines: [memoryBag, plainBag],
    records: 20_000,
    measure(setup, task) {
      const plain = Array.from({ length: task.count }, (_, index) => index / 7 + 0.1);
      const doubles = setup === plainBag ? plain : collidingDoubles(task.count);
      return withTable(setup, task, (table) =>
        fastest(
          task,
          () => {
            for (const double of doubles) table.insert(["key", double]);
          },
          () => void table.deleteAllObjects(),
        ),
      );
    },
  },
  {
    name: "insert of a key of 10 MB",
    unit: "ms",
    engines: [memorySet, copyBytes],
    records: 1,
    measure(setup, task) {
      const key = makeBytes(LONG_KEY);
      if (setup === copyBytes) return fastest(task, () => check(new Uint8Array(key).length > 0));
      return withTable(setup, task, (table) =>
        fastest(
          task,
          () => void table.insert([key]),
          () => void table.deleteAllObjects(),
        ),
      );
    },
  },
];

/** A call that compares what is stored with bytes that are equal, and says so: in memory, and in files. */
function comparing(
  name: string,
  call: (table: StoreEngine["table"], same: Uint8Array) => boolean,
): Benchmark[] {
  return [
    comparingWith(name, [memorySet, compareBuffers], call),
    comparingWith(`file ${name}`, [fileSet, compareWritten], call),
  ];
}

/** Beside what is compared, what is written is copied: nobody else may have it. */
function replacingByAsMuch(name: string): Benchmark {
  return comparingWith(name, [memorySet, compareAndCopy], (table, same) =>
    table.replace(["key", same], ["key", same]),
  );
}

function comparingWith(
  name: string,
  engines: readonly [Setup, Setup],
  call: (table: StoreEngine["table"], same: Uint8Array) => boolean,
): Benchmark {
  return {
    name,
    unit: "ms",
    engines,
    records: 1,
    measure(setup, task) {
      const [bytes, same] = [makeBytes(COMPARED), makeBytes(COMPARED)];
      if (setup === compareBuffers) return fastest(task, () => void Buffer.compare(bytes, same));
      if (setup === compareWritten) return compareWhatWasWritten(task, bytes, same);
      if (setup === compareAndCopy) {
        return fastest(task, () =>
          check(Buffer.compare(bytes, same) === 0 && new Uint8Array(same).length > 0),
        );
      }
      return withTable(setup, task, (table) =>
        fastest(
          task,
          () => check(call(table, same)),
          () => void table.insert(["key", bytes]),
        ),
      );
    },
  };
}

async function compareWhatWasWritten(
  task: Task,
  bytes: Uint8Array,
  same: Uint8Array,
): Promise<{ readonly value: number }> {
  const file = openSync(join(task.directory, "bytes"), "w");
  let written = bytes;
  try {
    return await fastest(
      task,
      () => check(Buffer.compare(written, same) === 0),
      () => {
        written = new Uint8Array(bytes);
        writeSync(file, written, 0, written.length, 0);
      },
    );
  } finally {
    closeSync(file);
  }
}

/** What the same bytes or members cost without a table. */
function baseline(title: string): Setup {
  return { title, acknowledged: "in memory", open: () => ({ close() {} }) };
}

function makeBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index * 7);
}

function check(isSo: boolean): void {
  if (!isSo) throw new Error("the call did something else than what is measured");
}

async function withTable<T>(
  setup: AnySetup,
  task: Task,
  use: (table: StoreEngine["table"]) => Promise<T>,
): Promise<T> {
  const engine = (await (setup as Setup).open(task)) as StoreEngine;
  try {
    return await use(engine.table);
  } finally {
    engine.close();
  }
}

/** The fastest of as many runs as there is time for, which the compiler has as well; three at least. */
async function fastest(
  { warmUp }: Task,
  run: () => void,
  prepare: () => void = () => {},
): Promise<{ readonly value: number }> {
  const end = performance.now() + warmUp;
  let value = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    prepare();
    const { milliseconds } = await timed(run);
    value = Math.min(value, milliseconds);
  }
  return { value };
}
