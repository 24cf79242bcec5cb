import { createStore, type Store, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, test } from "vitest";
import { Random } from "../../prove/random.js";
import { TreeDisk } from "../support/tree-disk.js";

const TYPES = ["set", "ordered_set", "bag", "duplicate_bag"] as const;
const BUFFER = { writeBufferBytes: 2 ** 12 };

function change(random: Random, stores: readonly Store<"sync">[], step: number): void {
  const type = random.pick(TYPES);
  const key = random.pick([random.below(40), `k${random.below(40)}`]);
  const kind = random.below(20);
  const note = "x".repeat(random.below(300));
  for (const store of stores) {
    const table = store.ensureTable<StoreRecord>("d", type, { type });
    if (kind < 12) table.insert([key, { step, note }]);
    else if (kind < 17) table.delete(key);
    else if (kind === 17) table.insertMany([1, 2, 3].map((part) => [[key, part], step]));
    else if (kind === 18 && step % 5 === 0) table.deleteAllObjects();
    else if (kind === 19 && step % 7 === 0) store.dropTable("d", type);
  }
}

function contents(store: Store<"sync">): unknown {
  return TYPES.map((type) => {
    const table = store.ensureTable<StoreRecord>("d", type, { type });
    const texts = [...table.records()].map((record) => JSON.stringify(record));
    expect(table.size).toBe(texts.length);
    return [type, type === "ordered_set" ? texts : texts.sort()];
  });
}

function manifestsIn(disk: TreeDisk): string[] {
  return [...disk.files().keys()].filter((path) => /E\d+\/MANIFEST$/.test(path));
}

test.each(Array.from({ length: 8 }, (_, seed) => seed + 1))(
  "what is worked out without a manifest, or written anew, is what there was, seed %i",
  async (seed) => {
    const random = new Random(seed);
    const disk = new TreeDisk();
    const model = createStore({ adapter: memoryAdapter });
    let store = disk.open(BUFFER);
    for (let step = 1; step <= 400; step++) {
      change(random, [store, model], step);
      if (random.below(8) === 0) {
        // Flushes and compactions are under way when it ends.
        for (let turn = random.below(30); turn > 0; turn--) {
          disk.host.runDeferred();
          await Promise.resolve();
        }
      }
      if (random.below(40) > 0) continue;
      if (random.below(3) === 0) store.close();
      const isLost = random.below(2) === 0;
      disk.kill();
      if (isLost) for (const path of manifestsIn(disk)) disk.memory.remove(path);
      store = disk.open({ ...BUFFER, repair: isLost ? true : "force" });
      contents(model);
      expect(contents(store), `step ${step}`).toEqual(contents(model));
      for (const report of disk.reports) expect(report.lostChanges).toBe(0);
    }
  },
);
