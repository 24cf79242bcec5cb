import type { TableType } from "@store/core";
import { describe, expect, test } from "vitest";
import type { RepairReport } from "../src/repair-report.js";
import { Disk } from "./support/disk.js";
import { DiskImage } from "./support/disk-image.js";
import { framesOf } from "./support/frame-list.js";
import { lifeOf, TYPES } from "./support/life.js";
import { manifestIn } from "./support/manifest-content.js";
import { stateOf } from "./support/table-state.js";

const LOG = "000001.log";
const HEADER = 64;

/** How long the log was, and what the table held, after a step. */
interface Moment {
  readonly end: number;
  readonly state: string;
}

describe.each(TYPES)("a %s whose last segment is cut off", (type) => {
  test("above the last mark holds what the changes before have made of it, batches whole", () => {
    const { image, moments, durable } = live(type, half);
    const content = image.read(image.path(LOG));
    expect(content.length).toBe(moments.at(-1)?.end);
    expect(durable).toBeGreaterThan(HEADER);
    for (const cut of cutsIn(content, durable)) {
      const disk = cutOff(image, cut);
      const { table, reports } = open(disk, false);
      const before = moments.filter(({ end }) => end <= cut).at(-1);
      expect(stateOf(table), `cut at ${cut}`).toBe(before?.state);
      const tornBytes = cut - (before?.end ?? 0);
      expect(reports, `cut at ${cut}`).toEqual(
        tornBytes === 0
          ? []
          : [
              {
                domain: "d",
                table: "t",
                reason: "torn tail",
                tornBytes,
                damaged: [],
                lostChanges: 0,
                records: table.size,
                keptAside: undefined,
              },
            ],
      );
      table.insert(["after", cut]);
      const state = stateOf(table);
      disk.kill();
      const again = open(disk, false);
      expect(stateOf(again.table), `cut at ${cut}`).toBe(state);
      expect(again.reports, `cut at ${cut}`).toEqual([]);
      again.table.close();
    }
  });
});

describe.each(["set", "duplicate_bag"] as const)("a %s whose last segment is cut off", (type) => {
  test("below the last mark, which goes with it, holds what some of the changes have made of it", () => {
    const { image, moments, durable } = live(type, half);
    for (const cut of cutsIn(image.read(image.path(LOG)).subarray(0, durable), HEADER)) {
      const { table } = open(cutOff(image, cut), false);
      const before = moments.filter(({ end }) => end <= cut).at(-1);
      expect(stateOf(table), `cut at ${cut}`).toBe(before?.state);
      table.close();
    }
  });

  test("below where a manifest says that there are changes, is refused; or repaired, and what is lost counted", () => {
    const { image } = live(type, () => 0);
    // The next owner finds all of it, and brings it to disk.
    const disk = image.mount();
    open(disk, false).table.insert(["after", 1]);
    const carried = DiskImage.of(disk);
    const log = carried.paths((name) => name.endsWith(".log")).at(-1) as string;
    const manifest = manifestIn(carried.read(carried.path("MANIFEST")));
    const content = carried.read(log);
    const changes = framesOf(content).filter(({ isChange }) => isChange);
    expect(changes).toHaveLength(manifest.sequence + 1);
    for (const cut of cutsIn(content, 0)) {
      const found = changes.filter(({ end }) => end <= cut).length;
      const other = carried.with({ [log]: content.subarray(0, cut) });
      const lost = manifest.sequence - found;
      if (lost <= 0) {
        open(other.mount(), false).table.close();
        continue;
      }
      expect(() => open(other.mount(), false), `cut at ${cut}`).toThrow(
        expect.objectContaining({ code: "STORE_CORRUPT" }),
      );
      const { table, reports } = open(other.mount(), true);
      expect(reports, `cut at ${cut}`).toMatchObject([
        { reason: "damage", records: table.size, keptAside: expect.any(String) },
      ]);
      // A batch of which a part is lost is lost as a whole.
      expect(reports[0]?.lostChanges, `cut at ${cut}`).toBeGreaterThanOrEqual(lost);
      table.close();
    }
  });
});

/** Where frames end, and around that, and some places between; `npm run prove -- bytes` takes each byte. */
function cutsIn(content: Buffer, from: number): readonly number[] {
  const ends = new Set(framesOf(content).flatMap(({ end }) => [end - 1, end, end + 1]));
  const all = Array.from({ length: content.length - from }, (_, index) => from + index);
  return all.filter((cut) => ends.has(cut) || cut % 19 === 0);
}

const half = (steps: number) => Math.ceil(steps / 2);

/** A table that lives, is synced after some steps, and is killed. */
function live(type: TableType, synced: (steps: number) => number) {
  const steps = lifeOf(type);
  const disk = new Disk();
  const table = disk.open({ type, autoSave: Number.POSITIVE_INFINITY });
  const moments: Moment[] = [{ end: HEADER, state: stateOf(table) }];
  let durable = HEADER;
  for (const [index, { act }] of steps.entries()) {
    act(table);
    moments.push({ end: disk.read(LOG).length, state: stateOf(table) });
    if (index + 1 === synced(steps.length)) {
      table.sync();
      durable = disk.read(LOG).length;
      moments.push({ end: durable, state: stateOf(table) });
    }
  }
  disk.kill();
  return { image: DiskImage.of(disk), moments, durable };
}

test("the numbers of changes go on without a gap behind a batch that is cut off", () => {
  const origin = new Disk();
  const table = origin.open({ autoSave: Number.POSITIVE_INFINITY });
  // So much that the log isn't written again, and nothing is carried over.
  table.insert(["filler", "x".repeat(2 ** 17)]);
  table.sync();
  const durable = origin.read(LOG).length;
  table.insertMany(["a", "b", "c"].map((key) => [key, 1]));
  const image = DiskImage.of(origin);
  for (let cut = durable; cut < image.read(image.path(LOG)).length; cut++) {
    const disk = cutOff(image, cut);
    open(disk, false).table.insert(["after", 1]);
    disk.kill();
    const { table: again, reports } = open(disk, false);
    expect([...again.keys()]).toEqual(["filler", "after"]);
    expect(reports).toEqual([]);
    again.close();
  }
});

function cutOff(image: DiskImage, at: number): Disk {
  const log = image.path(LOG);
  return image.with({ [log]: image.read(log).subarray(0, at) }).mount();
}

function open(disk: Disk, repair: boolean) {
  const reports: RepairReport[] = [];
  const table = disk.open({
    repair,
    autoSave: Number.POSITIVE_INFINITY,
    onRepair: (report) => reports.push(report),
  });
  return { table, reports };
}
