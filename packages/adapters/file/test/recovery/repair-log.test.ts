import type { Store, StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { Random } from "../../prove/random.js";
import { changed, type Files, filesAfter, recordsOf, TreeDisk } from "../support/tree-disk.js";

const TABLES = [
  ["d", "one"],
  ["d", "other"],
] as const;
const STEPS = 60;

/** Each step is a batch of both tables; some take several frames. */
function writeSteps(store: Store<"sync">, from: number, to: number): void {
  const [one, other] = TABLES.map(([domain, name]) => store.ensureTable<StoreRecord>(domain, name));
  if (one === undefined || other === undefined) throw new Error("no tables");
  for (let step = from; step < to; step++) {
    const size = step % 20 === 7 ? 150_000 : 30;
    const batch = store.batch();
    batch.insert(one, [step, "x".repeat(size)]).insert(other, [step, "y".repeat(size)]);
    batch.insert(other, [`z${step}`, "z".repeat(size)]).commit();
    if (step % 10 === 0) one.sync();
  }
  one.sync();
}

/** A flush is due, but doesn't come about: so there are two segments with changes. */
const files: Files = filesAfter(
  (store) => {
    writeSteps(store, 0, STEPS);
  },
  { writeBufferBytes: 500_000 },
);
const logs = [...files].filter(([path]) => path.endsWith(".log"));
const filled = logs.filter(([, { length }]) => length > 1000).map(([path]) => path);

/** Opens what is damaged, and checks that batches are whole and losses told. Returns which steps are there. */
function check(damaged: Files, isCut = false): { steps: number[]; disk: TreeDisk } {
  const disk = TreeDisk.with(damaged);
  const found = recordsOf(disk.open(), TABLES);
  const stepsOf = (name: string, prefix: string) =>
    (found.get(`d/${name}`) ?? [])
      .filter((record) => record.startsWith(prefix))
      .map((record) => Number(record.slice(prefix.length, record.indexOf(","))));
  const steps = stepsOf("one", "[").sort((a, b) => a - b);
  const others = stepsOf("other", "[").filter((step) => !Number.isNaN(step));
  expect(others.sort((a, b) => a - b)).toEqual(steps);
  expect(found.get("d/other")?.length).toBe(2 * steps.length);
  const isWhole = steps.length === STEPS;
  const told = disk.reports.map(({ reason, lostChanges }) => reason === "torn tail" || lostChanges);
  if (!isWhole && !isCut) expect(told.some(Boolean)).toBe(true);
  return { steps, disk };
}

describe("a log of several segments", () => {
  test("is there, and read as it was written", () => {
    expect(filled.length).toBe(2);
    expect(check(files)).toMatchObject({ steps: Array.from({ length: STEPS }, (_, i) => i) });
  });

  test.each(Array.from({ length: 60 }, (_, seed) => seed))("that is damaged, %i", (seed) => {
    const random = new Random(seed);
    let damaged: Files = files;
    for (let part = random.below(3); part >= 0; part--) {
      const path = random.pick(filled);
      const content = Buffer.from(damaged.get(path) as Buffer);
      const at = random.below(content.length);
      const length = 1 + random.below(random.pick([1, 1, 50, 5000, 200_000]));
      content.fill(random.pick([0, 255, 7]), at, Math.min(at + length, content.length));
      damaged = changed(damaged, path, content);
    }
    check(damaged);
  });

  test.each(filled)("of which %s is gone, empty, or cut off", (path) => {
    const content = files.get(path) as Buffer;
    for (const other of [undefined, Buffer.alloc(0), content.subarray(0, 30)]) {
      const { disk } = check(changed(files, path, other));
      expect(disk.reports.some(({ lostChanges }) => lostChanges > 0)).toBe(true);
    }
    const random = new Random(1);
    for (let round = 0; round < 20; round++) {
      check(changed(files, path, content.subarray(0, random.below(content.length))), true);
    }
  });

  test("loses a batch of several frames as a whole", () => {
    const path = filled[0] as string;
    const content = Buffer.from(files.get(path) as Buffer);
    const at = content.indexOf("y".repeat(1000)) + 2000;
    content.writeUInt8(0, at);
    const { steps, disk } = check(changed(files, path, content));
    const missing = Array.from({ length: STEPS }, (_, i) => i).filter((i) => !steps.includes(i));
    expect(missing.map((step) => step % 20)).toEqual([7]);
    const lost = disk.reports.find(({ table }) => table === "one")?.lostChanges ?? 0;
    expect(lost).toBeGreaterThan(0);
  });

  test("goes on behind the begin of a segment that is damaged", () => {
    for (const at of [0, 20, 64, 70, 78]) {
      for (const path of filled) {
        const content = Buffer.from(files.get(path) as Buffer);
        content.writeUInt8(content.readUInt8(at) ^ 1, at);
        const { steps, disk } = check(changed(files, path, content));
        expect(steps.length).toBe(STEPS);
        expect(disk.reports.map(({ reason }) => reason)).toContain("damage");
      }
    }
  });
});
