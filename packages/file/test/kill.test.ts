import { createStore, type StoreRecord } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { beforeAll, describe, expect, test } from "vitest";
import { fileAdapter, type RepairReport } from "../src/index.js";
import { LIFE_TYPES, live } from "./programs/life.js";
import { temporaryDirectory } from "./support/playground.js";
import { compileProgram } from "./support/program.js";
import { programDirectory } from "./support/program-directory.js";
import { startProgram } from "./support/start-program.js";

const KILLS = 2;

let living: string;
let seed: number;

beforeAll(() => {
  living = compileProgram("living", programDirectory());
  seed = Number(process.env.STORE_SEED ?? Date.now() % 1e9);
});

/** A number from 0 up to `below`, another one each time. */
function random(below: number): number {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return seed % below;
}

describe.each(LIFE_TYPES)("a %s whose process is killed while it writes and compacts", (type) => {
  test.each([0, 5, Number.POSITIVE_INFINITY])(
    "has the effect of all steps that had returned, and of no half one, with autoSave %d",
    async (autoSave) => {
      const dataDir = temporaryDirectory();
      const first = seed;
      let done = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const program = startProgram(living, [dataDir, type, String(done + 1), String(autoSave)]);
        await program.saidLines(1 + random(autoSave === 0 ? 100 : 300));
        await program.kill();
        const acknowledged = Number(program.lines.at(-1) ?? done);

        using store = createStore({ adapter: fileAdapter, options: { dataDir } });
        const table = store.ensureTable("d", "t");
        // A write of several pages may end in the middle when the process does.
        const report = table.info().details?.repair as RepairReport | undefined;
        expect(report?.reason ?? "torn tail", `seed ${first}`).toBe("torn tail");
        const state = sorted(table.records());
        // The step that was on its way may have got there.
        done = [acknowledged, acknowledged + 1].find(
          (step) => JSON.stringify(stateAfter(type, step)) === JSON.stringify(state),
        ) as number;
        if (done === undefined) {
          expect(state, `seed ${first}, after step ${acknowledged}`).toEqual(
            stateAfter(type, acknowledged),
          );
        }
      }
    },
  );
});

function stateAfter(type: (typeof LIFE_TYPES)[number], steps: number): readonly StoreRecord[] {
  using store = createStore({ adapter: memoryAdapter });
  const table = store.ensureTable("d", "t", { type });
  for (let step = 1; step <= steps; step++) live(table, step);
  return sorted(table.records());
}

/** By key; those of one key in their order. */
function sorted(records: Iterable<StoreRecord>): readonly StoreRecord[] {
  return [...records].sort((a, b) => String(a[0]).localeCompare(String(b[0])));
}
