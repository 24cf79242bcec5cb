import { crc32 } from "node:zlib";
import { encodeRecord } from "@store/codec";
import type { Store, StoreError, StoreRecord, Table } from "@store/core";
import { describe, expect, test, vi } from "vitest";
import { FrameKind } from "../src/frame.js";
import { encodeManifest, type Manifest } from "../src/manifest.js";
import type { FileOptions } from "../src/options.js";
import type { Repair } from "../src/recovery.js";
import type { RepairReport } from "../src/repair-report.js";
import { SEGMENT_HEADER_BYTES } from "../src/segment.js";
import { Disk } from "./support/disk.js";
import { DiskImage, flipped } from "./support/disk-image.js";
import { forgedFrame } from "./support/forged-frame.js";
import { framesOf } from "./support/frame-list.js";
import { lifeOf, TYPES } from "./support/life.js";
import { manifestIn } from "./support/manifest-content.js";
import { stateOf } from "./support/table-state.js";

const never = { autoSave: Number.POSITIVE_INFINITY } as const;

/** Lets a table live, and takes its files as they are then. */
function imageAfter(
  live: (table: Table<StoreRecord>, disk: Disk) => void,
  options: Parameters<Disk["open"]>[0] = {},
): DiskImage {
  const disk = new Disk();
  live(disk.open({ ...never, ...options }), disk);
  return DiskImage.of(disk);
}

function open(image: DiskImage | Disk, options: FileOptions = {}) {
  const disk = image instanceof Disk ? image : image.mount();
  const reports: RepairReport[] = [];
  const onRepair = (report: RepairReport) => reports.push(report);
  const table = disk.open({ ...never, onRepair, ...options });
  return { disk, table, reports, records: [...table.records()] };
}

/** Damages the frames of these numbers, counted from 0. */
function damage(image: DiskImage, frames: readonly number[], log = "000001.log"): DiskImage {
  const path = image.path(log);
  let content = image.read(path);
  const found = framesOf(content);
  for (const index of frames) content = flipped(content, (found[index]?.start ?? 0) + 10);
  return image.with({ [path]: content });
}

function manifestOf(image: DiskImage): Manifest {
  return manifestIn(image.read(image.path("MANIFEST")));
}

/** Of id 1, with a record. */
function segmentOfAnotherTable(): Buffer {
  const image = imageAfter((_, disk) => {
    const table = disk.openStore().ensureTable("d", "other");
    table.insert(["stranger", 1]);
    table.sync();
  });
  const [path] = image.paths((name) => name === "000001.log").filter((name) => /other/.test(name));
  return image.read(path ?? "");
}

/** Without anything but its header. */
function segmentOf(image: DiskImage, name: string): Buffer {
  return image.read(image.path(name)).subarray(0, SEGMENT_HEADER_BYTES);
}

const CORRUPT = expect.objectContaining({ code: "STORE_CORRUPT" });

describe("repair: false", () => {
  test("refuses a damaged table, says which byte of which file it is, and leaves it as it is", () => {
    const image = damage(
      imageAfter((table) => {
        table.insert(["a", 1]);
        table.insert(["b", 1]);
        table.sync();
      }),
      [1],
    );
    const at = framesOf(image.read(image.path("000001.log")))[1]?.start;
    const disk = image.mount();
    for (let tries = 0; tries < 2; tries++) {
      expect(() => open(disk, { repair: false })).toThrow(
        expect.objectContaining({
          code: "STORE_CORRUPT",
          message: expect.stringContaining(`${image.path("000001.log")} is damaged at byte ${at}`),
        }),
      );
    }
    expect(DiskImage.of(disk).text).toBe(image.text);
    expect(open(disk).records).toEqual([["a", 1]]);
  });
});

describe("repair: true", () => {
  test("keeps what is good, the damaged files aside, and says what is lost", () => {
    const image = damage(
      imageAfter((table) => {
        for (const key of ["a", "b", "c", "d", "e"]) table.insert([key, 1]);
        table.sync();
      }),
      [1, 2, 4],
    );
    const frames = framesOf(image.read(image.path("000001.log")));
    const { table, reports, records, disk } = open(image);
    expect(records).toEqual([
      ["a", 1],
      ["d", 1],
    ]);
    expect(reports).toEqual([
      {
        domain: "d",
        table: "t",
        reason: "damage",
        tornBytes: 0,
        damaged: [
          { file: "000001.log", from: frames[1]?.start, to: frames[2]?.end },
          { file: "000001.log", from: frames[4]?.start, to: frames[4]?.end },
        ],
        lostChanges: 3,
        records: 2,
        keptAside: expect.stringContaining("/damaged-"),
      },
    ]);
    expect(table.info().details?.repair).toEqual(reports[0]);
    const aside = DiskImage.of(disk)
      .paths(() => true)
      .filter((path) => path.includes("/damaged-"));
    expect(aside.map((path) => path.slice(path.lastIndexOf("/") + 1))).toEqual([
      "000001.log",
      "MANIFEST",
      "OWNER",
      "REPAIR",
    ]);
    const { keptAside, ...report } = reports[0] ?? {};
    const kept = DiskImage.of(disk).read(`${keptAside}/REPAIR`);
    expect(JSON.parse(kept.toString())).toEqual(report);
    const names = disk.memory.list(disk.directoryOf());
    expect(names.filter((name) => !name.startsWith("damaged-"))).toEqual(["E000002"]);
  });

  test("is done once: the next open finds a sound table", () => {
    const image = damage(
      imageAfter((table) => {
        for (const key of ["a", "b", "c"]) table.insert([key, 1]);
        table.sync();
      }),
      [0],
    );
    const { disk, table } = open(image);
    table.insert(["a", 2]);
    const state = stateOf(table);
    disk.kill();
    const again = open(disk, { repair: false });
    expect(stateOf(again.table)).toBe(state);
    expect(again.reports).toEqual([]);
    expect(again.table.info().details?.repair).toBeUndefined();
  });

  test("counts a change that is lost, whether an older value comes back, a deleted record, or none", () => {
    const lives: [string, (table: Table<StoreRecord>) => void, StoreRecord[]][] = [
      ["replaced", (table) => table.insert(["k", 2]), [["k", 1]]],
      ["deleted", (table) => table.delete("k"), [["k", 1]]],
      ["cleared", (table) => table.deleteAllObjects(), [["k", 1]]],
      ["new", (table) => table.insert(["n", 1]), [["k", 1]]],
    ];
    for (const [name, change, records] of lives) {
      for (const end of ["kill", "close", "close, then kill", "sync, and go on"]) {
        const image = imageAfter((table, disk) => {
          table.insert(["k", 1]);
          change(table);
          if (end === "close") table.close();
          if (end.startsWith("sync")) {
            table.sync();
            table.insert(["last", 1]);
            table.sync();
          }
          if (end === "kill") {
            disk.kill();
            disk.open(never);
          }
          if (end === "close, then kill") {
            table.close();
            disk.open(never);
          }
        });
        const log =
          image
            .paths((file) => file.endsWith(".log"))
            .at(-1)
            ?.slice(-10) ?? "";
        const result = open(damage(image, [1], log));
        const others = result.records.filter(([key]) => key !== "last");
        expect(others, `${name}, ${end}`).toEqual(records);
        expect(result.reports, `${name}, ${end}`).toMatchObject([
          { reason: "damage", lostChanges: 1, records: result.table.size },
        ]);
      }
    }
  });

  test("a batch of which one frame is damaged is lost as a whole, and counted so", () => {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.insertMany(["b", "c", "d", "e"].map((key) => [key, 1]));
      table.insert(["f", 1]);
      table.sync();
    });
    for (const frame of [1, 2, 3, 4]) {
      const { records, reports } = open(damage(image, [frame]));
      expect(records, `frame ${frame}`).toEqual([
        ["a", 1],
        ["f", 1],
      ]);
      expect(reports[0], `frame ${frame}`).toMatchObject({ lostChanges: 4 });
      expect(reports[0]?.damaged, `frame ${frame}`).toHaveLength(1);
    }
  });

  test("records that are lost from what a compaction wrote are counted", () => {
    const image = imageAfter((table, disk) => {
      for (const key of ["a", "b", "c", "d"]) table.insert([key, 1]);
      for (const key of ["a", "b", "c", "d"]) table.insert([key, 2]);
      table.close();
      disk.open({ ...never, repair: "force" }).insert(["e", 1]);
      disk.kill();
      disk.open(never).sync();
    });
    const [base] = image.paths((name) => name.endsWith(".base"));
    const name = base?.slice(-11) ?? "";
    expect(open(damage(image, [1, 3], name)).reports).toMatchObject([{ lostChanges: 2 }]);
    // The end of it: nothing is lost but how much there was.
    const withoutEnd = open(damage(image, [4], name));
    expect(withoutEnd.reports).toMatchObject([{ lostChanges: 0 }]);
    expect(withoutEnd.records).toHaveLength(5);
    const withoutMore = open(damage(image, [3, 4], name));
    expect(withoutMore.records).toHaveLength(4);
    expect(withoutMore.reports[0]?.lostChanges).toBeGreaterThan(0);
    // How many changes there were behind it, nobody knows then.
    const [log = ""] = image.paths((file) => file.endsWith(".log"));
    const withoutFirst = damage(image, [0], log.slice(-10));
    expect(open(damage(withoutFirst, [4], name)).reports[0]?.lostChanges).toBeGreaterThan(0);
    const withoutBase = open(image.with({ [base ?? ""]: undefined }));
    expect(withoutBase.records).toEqual([["e", 1]]);
    expect(withoutBase.reports[0]?.lostChanges).toBeGreaterThan(0);
  });

  test("without the header of a segment, its frames tell what they are", () => {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.sync();
    });
    const log = image.path("000001.log");
    const content = image.read(log);
    const id = 32;
    const frames = content.subarray(SEGMENT_HEADER_BYTES);
    const headless = Buffer.concat([Buffer.alloc(SEGMENT_HEADER_BYTES, 7), frames]);
    for (const damaged of [headless, flipped(content, id)]) {
      const other = image.with({ [log]: damaged });
      expect(() => open(other, { repair: false })).toThrow(CORRUPT);
      const { records, reports } = open(other);
      expect(records).toEqual([["a", 1]]);
      expect(reports).toMatchObject([
        { damaged: [{ file: "000001.log", from: 0, to: SEGMENT_HEADER_BYTES }], lostChanges: 0 },
      ]);
    }
  });

  test.each(TYPES)("can fail or crash at any call, and be done again: a %s", (type) => {
    const origin = imageAfter(
      (table) => {
        for (const { act } of lifeOf(type)) act(table);
        table.sync();
        table.insert(["unsynced", 1]);
      },
      { type },
    );
    const images = [damage(origin, [3]), origin.with({ [origin.path("MANIFEST")]: undefined })];
    for (const image of images) {
      const undisturbed = open(image);
      const expected = stateOf(undisturbed.table);
      for (let nth = 1, isOver = false; !isOver; nth++) {
        // Once, or from then on.
        const lasting = nth % 2 === 0;
        const disk = image.mount();
        disk.fileSystem.fail({ nth, code: "EIO", lasting });
        const before = disk.fileSystem.count();
        try {
          open(disk);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^STORE_(IO|LOCKED)$/) });
        }
        isOver = disk.fileSystem.count() - before < nth;
        disk.kill();
        disk.fileSystem.heal();
        const { table, reports } = open(disk);
        expect(stateOf(table), `call ${nth}`).toBe(expected);
        // None if it had come so far that all is well again.
        for (const { lostChanges } of reports) {
          expect(lostChanges, `call ${nth}`).toBe(undisturbed.reports[0]?.lostChanges);
        }
        expect(
          disk.memory.list(disk.directoryOf()).some((name) => name.startsWith("damaged-")),
          `call ${nth}`,
        ).toBe(true);
        table.close();
        expect(nth).toBeLessThan(500);
      }
    }
  });
});

describe('repair: "force"', () => {
  test("writes a sound table anew, and says so", () => {
    const image = imageAfter((table) => {
      table.insertMany(["a", "b", "a"].map((key) => [key, 1]));
      table.close();
    });
    const { records, reports, disk } = open(image, { repair: "force" });
    expect(records).toHaveLength(2);
    expect(reports).toEqual([
      {
        domain: "d",
        table: "t",
        reason: "forced",
        tornBytes: 0,
        damaged: [],
        lostChanges: 0,
        records: 2,
        keptAside: undefined,
      },
    ]);
    expect(disk.files().filter((name) => /^\d/.test(name))).toEqual(["000002.base", "000004.log"]);
  });

  test("writes an empty table anew", () => {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.delete("a");
      table.close();
    });
    const { disk, records, table } = open(image, { repair: "force" });
    expect(records).toEqual([]);
    table.insert(["b", 1]);
    disk.kill();
    const again = open(disk, { repair: false });
    expect(again.records).toEqual([["b", 1]]);
    expect(again.reports).toEqual([]);
  });
});

describe("onRepair", () => {
  test("may throw, and isn't called for a sound table", () => {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.insert(["b", 1]);
      table.sync();
    });
    const onRepair = vi.fn(() => {
      throw new Error("ignored");
    });
    expect(open(image, { onRepair }).records).toHaveLength(2);
    expect(onRepair).not.toHaveBeenCalled();
    expect(open(damage(image, [0]), { onRepair }).records).toEqual([["b", 1]]);
    expect(onRepair).toHaveBeenCalledTimes(1);
  });

  /** A disk with a damaged table, and a store whose `onRepair` does something with it. */
  function openWhileRepairing(act: (store: Store) => unknown) {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.insert(["b", 1]);
      table.sync();
    });
    const disk = damage(image, [0]).mount();
    const outcomes: unknown[] = [];
    const onRepair = () => {
      try {
        outcomes.push(act(store));
      } catch (error) {
        outcomes.push((error as StoreError).code);
      }
    };
    const store: Store = disk.openStore({ onRepair });
    return { disk, store, outcomes };
  }

  test("that opens its own table again is told STORE_INVALID_OPERATION, and the table opens", () => {
    const { store, outcomes } = openWhileRepairing((own) => own.ensureTable("d", "t"));
    const table = store.ensureTable("d", "t");
    expect(outcomes).toEqual(["STORE_INVALID_OPERATION"]);
    expect([...table.records()]).toEqual([["b", 1]]);
  });

  test("that opens another table gets it", () => {
    const { store, outcomes } = openWhileRepairing((own) => own.ensureTable("d", "u"));
    store.ensureTable("d", "t");
    expect(outcomes).toEqual([store.ensureTable("d", "u")]);
  });

  test("that closes the store ends the open with STORE_TABLE_CLOSED, and the table is given back", () => {
    const { disk, store, outcomes } = openWhileRepairing((own) => own.close());
    expect(() => store.ensureTable("d", "t")).toThrow(
      expect.objectContaining({ code: "STORE_TABLE_CLOSED" }),
    );
    expect(outcomes).toEqual([undefined]);
    expect(disk.files()).toContain("RELEASED");
    // In the same process, whose owner would still live.
    expect([...disk.open().records()]).toEqual([["b", 1]]);
  });
});

describe("frames that are valid, but can't be where they are", () => {
  const two = [
    ["a", 1],
    ["b", 1],
  ];

  /** Two records, and more changes. */
  function imageWith(...more: { kind: number; sequence: number; record: StoreRecord }[]) {
    const image = imageAfter((table) => {
      table.insert(["a", 1]);
      table.insert(["b", 1]);
    });
    const { uuid } = manifestOf(image);
    const path = image.path("000001.log");
    let content = image.read(path);
    for (const { kind, sequence, record } of more) {
      const offset = content.length;
      const body = encodeRecord(record);
      const frame = forgedFrame({ uuid, segment: 1, offset, sequence, kind, body });
      content = Buffer.concat([content, frame]);
    }
    return image.with({ [path]: content });
  }

  test("a change whose number was there before isn't applied again", () => {
    const other = imageWith({ kind: FrameKind.put, sequence: 1, record: ["a", "again"] });
    expect(() => open(other, { repair: false })).toThrow(CORRUPT);
    const { records, reports } = open(other);
    expect(records).toEqual(two);
    expect(reports).toMatchObject([{ reason: "damage" }]);
  });

  test("a record whose value can't be read is refused when it is asked for", () => {
    const given = imageWith();
    const path = given.path("000001.log");
    const content = given.read(path);
    const body = Buffer.from(encodeRecord(["c", "value"]));
    // The text goes on behind the end of the body.
    const cut = body.subarray(0, -1);
    const { uuid } = manifestOf(given);
    const place = { uuid, segment: 1, offset: content.length, sequence: 3 };
    const frame = forgedFrame({ ...place, kind: FrameKind.put, body: cut });
    const disk = given.with({ [path]: Buffer.concat([content, frame]) }).mount();
    for (const cacheBytes of [0, 2 ** 20]) {
      const table = disk.open({ ...never, cacheBytes, repair: false });
      expect(table.lookup("b")).toEqual([["b", 1]]);
      expect(() => table.lookup("c")).toThrow(CORRUPT);
      table.close();
    }
  });

  test("a batch that isn't gone on with has no effect, and is counted as lost", () => {
    const goesOn = 0x80;
    const other = imageWith(
      { kind: FrameKind.put | goesOn, sequence: 3, record: ["a", "lost"] },
      { kind: FrameKind.put, sequence: 4, record: ["c", 1] },
    );
    expect(() => open(other, { repair: false })).toThrow(CORRUPT);
    const { records, reports } = open(other);
    expect(records).toEqual([...two, ["c", 1]]);
    expect(reports).toMatchObject([{ reason: "damage", lostChanges: 1 }]);
  });
});

describe("a segment", () => {
  /** Of two segments: the first has a and b, the second c. */
  const image = () =>
    imageAfter((table, disk) => {
      table.insert(["a", 1]);
      table.insert(["b", 1]);
      disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
      expect(() => table.insert(["x", 1])).toThrow();
      disk.fileSystem.heal();
      table.insert(["c", 1]);
      table.sync();
    });

  test("that is gone is lost, and its changes are counted", () => {
    const given = image();
    for (const [log, lost, left] of [
      ["000001.log", 2, [["c", 1]]],
      // How many it had, nobody knows.
      ["000002.log", 1, ["a", "b"].map((key) => [key, 1])],
    ] as const) {
      const without = given.with({ [given.path(log)]: undefined });
      expect(() => open(without, { repair: false })).toThrow(CORRUPT);
      const { records, reports } = open(without);
      expect(records).toEqual(left);
      expect(reports).toMatchObject([{ reason: "damage", lostChanges: lost }]);
      expect(reports[0]?.damaged).toMatchObject([{ file: log, from: 0 }]);
    }
  });

  test("of another table, or another one of this, isn't read as what it isn't", () => {
    const given = image();
    const [first, second] = [given.path("000001.log"), given.path("000002.log")];
    for (const [without, left] of [
      [given.with({ [first]: segmentOfAnotherTable() }), [["c", 1]]],
      [given.with({ [first]: given.read(second), [second]: given.read(first) }), []],
    ] as const) {
      expect(() => open(without, { repair: false })).toThrow(CORRUPT);
      const { records, reports, disk } = open(without);
      expect(records).toEqual(left);
      expect(reports).toMatchObject([{ reason: "damage" }]);
      expect(reports[0]?.lostChanges).toBeGreaterThan(0);
      disk.kill();
      expect(open(disk, { repair: false }).records).toEqual(left);
    }
  });

  test("whose length no manifest says ends where it is damaged, unless there are changes in a later one", () => {
    const given = image();
    const manifest = manifestOf(given);
    const segments = manifest.segments.map((segment) => ({ ...segment, length: null }));
    const unsealed = given.with({
      [given.path("MANIFEST")]: encodeManifest({ ...manifest, sequence: 0, segments }),
    });
    const log = unsealed.path("000001.log");
    const second = framesOf(unsealed.read(log))[1]?.start ?? 0;
    const other = unsealed.with({ [log]: flipped(unsealed.read(log), second) });
    expect(() => open(other, { repair: false })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`damaged at byte ${second}`) }),
    );
    const { records, reports } = open(other);
    expect(records.map(([key]) => key)).toEqual(["a", "c"]);
    const to = unsealed.read(log).length;
    expect(reports).toMatchObject([
      {
        reason: "damage",
        tornBytes: 0,
        damaged: [{ file: "000001.log", from: second, to }],
        lostChanges: 1,
      },
    ]);
    const alone = other.with({ [other.path("000002.log")]: segmentOf(other, "000002.log") });
    const torn = open(alone, { repair: false });
    expect(torn.records.map(([key]) => key)).toEqual(["a"]);
    expect(torn.reports).toMatchObject([{ reason: "torn tail", tornBytes: to - second }]);
  });

  test("that isn't on disk for certain is carried over with all that come after it", () => {
    const given = image();
    const manifest = manifestOf(given);
    const segments = manifest.segments.map((segment) => ({ ...segment, length: null }));
    const disk = given
      .with({
        [given.path("MANIFEST")]: encodeManifest({ ...manifest, sequence: 0, segments }),
      })
      .mount();
    for (let life = 0; life < 3; life++) {
      const { records, reports } = open(disk, { repair: false });
      expect(records.map(([key]) => key)).toEqual(["a", "b", "c"]);
      expect(reports).toEqual([]);
      disk.kill();
    }
  });

  test("of a closed table that is cut off at any byte: what is lost is counted", () => {
    const closed = imageAfter((table) => {
      for (const key of ["a", "b", "c"]) table.insert([key, 1]);
      table.insertMany(["d", "e"].map((key) => [key, 1]));
      table.close();
    });
    const path = closed.path("000001.log");
    const { length } = manifestOf(closed).segments[0] ?? {};
    const frames = framesOf(closed.read(path)).filter(({ isChange }) => isChange);
    for (let cut = 0; cut < (length ?? 0); cut++) {
      const other = closed.with({ [path]: closed.read(path).subarray(0, cut) });
      expect(() => open(other, { repair: false })).toThrow(CORRUPT);
      const { reports, table } = open(other);
      const whole = frames.filter(({ end }) => end <= cut).length;
      // The last two are one batch.
      const records = Math.min(whole, 3);
      expect(table.size).toBe(records);
      expect(reports).toMatchObject([{ reason: "damage", lostChanges: 5 - records, records }]);
      expect(reports[0]?.damaged.at(-1)).toMatchObject({ file: "000001.log", to: length });
      table.close();
    }
  });
});

describe("the manifest", () => {
  const living = (type: (typeof TYPES)[number]) =>
    imageAfter(
      (table) => {
        for (const { act } of lifeOf(type)) act(table);
        table.sync();
        table.insertMany(["u", "v"].map((key) => [key, 1]));
      },
      { type },
    );

  test.each(TYPES)("of a %s that is gone or cut off: it is worked out what it said", (type) => {
    const given = living(type);
    const expected = stateOf(open(given).table);
    const path = given.path("MANIFEST");
    const content = given.read(path);
    for (let cut = -1; cut < content.length; cut += 13) {
      const other = given.with({ [path]: cut < 0 ? undefined : content.subarray(0, cut) });
      const untouched = other.mount();
      expect(() => open(untouched, { repair: false })).toThrow(
        expect.objectContaining({
          code: "STORE_CORRUPT",
          message: expect.stringMatching(/E000001\/MANIFEST is (damaged|missing)/),
        }),
      );
      expect(DiskImage.of(untouched).text === other.text).toBe(true);
      const { table, reports } = open(other);
      expect(stateOf(table)).toBe(expected);
      expect(table.type).toBe(type);
      expect(reports).toMatchObject([
        { reason: "damage", lostChanges: 0, damaged: [{ file: "MANIFEST" }] },
      ]);
      table.close();
    }
  });

  test.each(TYPES)(
    "of a %s that is gone: what was carried over from one segment to another counts once",
    (type) => {
      const disk = living(type).mount();
      const { table } = open(disk);
      // So that the sealed segment has changes that count in the next one only.
      table.insert(["before", 1]);
      disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["sync"] });
      table.sync();
      table.insertMany(["before", "w"].map((key) => [key, 2]));
      const expected = stateOf(table);
      const given = DiskImage.of(disk);
      expect(given.paths((name) => name.endsWith(".log"))).toHaveLength(2);
      const { table: again, reports } = open(given.with({ [given.path("MANIFEST")]: undefined }));
      expect(stateOf(again)).toBe(expected);
      expect(reports).toMatchObject([{ lostChanges: 0 }]);
    },
  );

  test("that is gone: what a write has left that failed doesn't count", () => {
    const given = imageAfter((table, disk) => {
      table.insert(["a", 1]);
      disk.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"] });
      expect(() => table.insert(["never", 1])).toThrow();
      disk.fileSystem.heal();
      table.insert(["b", 1]);
      table.insert(["c", 1]);
      table.sync();
    });
    // All of it got there, but the call didn't say so.
    const log = given.path("000001.log");
    const content = given.read(log);
    const left = forgedFrame({
      uuid: manifestOf(given).uuid,
      segment: 1,
      offset: content.length,
      sequence: 2,
      kind: FrameKind.put,
      body: encodeRecord(["never", 1]),
    });
    const other = given.with({
      [log]: Buffer.concat([content, left]),
      [given.path("MANIFEST")]: undefined,
    });
    expect(open(other).records).toEqual([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]);
  });

  test("that is gone: a damaged log takes nothing from the one before it", () => {
    const given = imageAfter((table, disk) => {
      table.insert(["a", 1]);
      disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
      expect(() => table.insert(["never", 1])).toThrow();
      disk.fileSystem.heal();
      table.insert(["b", 1]);
      table.insert(["c", 1]);
      table.sync();
    });
    const headless = given.with({ [given.path("MANIFEST")]: undefined });
    const log = headless.path("000002.log");
    const frames = framesOf(headless.read(log)).length;
    const withoutFirst = open(damage(headless, [0], "000002.log"));
    expect(withoutFirst.records.map(([key]) => key)).toEqual(["a", "c"]);
    expect(withoutFirst.reports).toMatchObject([
      { damaged: [{ file: "MANIFEST" }, { file: "000002.log" }], lostChanges: 1 },
    ]);
    const withoutAny = open(damage(headless, [...Array(frames).keys()], "000002.log"));
    expect(withoutAny.records).toEqual([["a", 1]]);
    expect(withoutAny.reports[0]?.tornBytes).toBeGreaterThan(0);
  });

  test("that is gone: of a compaction counts either all or nothing", () => {
    const given = imageAfter((table, disk) => {
      for (const key of ["a", "b", "c"]) table.insert([key, 1]);
      table.delete("b");
      table.close();
      disk.open({ ...never, repair: "force" }).insert(["d", 1]);
    });
    const compacted = given.with({ [given.path("MANIFEST")]: undefined });
    const expected = [
      ["a", 1],
      ["c", 1],
      ["d", 1],
    ];
    const whole = open(compacted);
    expect(whole.records).toEqual(expected);
    expect(whole.reports).toMatchObject([{ lostChanges: 0 }]);

    // What is damaged in it is lost, and no more.
    const damaged = open(damage(compacted, [0], "000002.base"));
    expect(damaged.records).toEqual(expected.slice(1));
    expect(damaged.reports).toMatchObject([{ lostChanges: 1 }]);

    // The log that went into it is still there; and some of what was in that, only.
    const old = imageAfter((table) => {
      for (const key of ["a", "b", "c"]) table.insert([key, 1]);
      table.delete("b");
    });
    const log = old.read(old.path("000001.log"));
    const beside = given.path("MANIFEST").replace("MANIFEST", "000001.log");
    expect(open(compacted.with({ [beside]: log })).records).toEqual(expected);
    const cut = compacted.with({ [beside]: log.subarray(0, framesOf(log)[0]?.end) });
    expect(open(cut).records).toEqual(expected);

    // It isn't finished.
    const base = given.path("000002.base");
    const unfinished = compacted.with({
      [beside]: log,
      [base]: given.read(base).subarray(0, framesOf(given.read(base)).at(-1)?.start),
    });
    expect(open(unfinished).records).toEqual(expected);
    const empty = compacted.with({ [beside]: log, [base]: given.read(base).subarray(0, 64) });
    expect(open(empty).records).toEqual(expected);
  });

  test("that is gone, with a segment that can't be told: what is in it is lost", () => {
    const given = imageAfter((table, disk) => {
      table.insert(["a", 1]);
      disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
      expect(() => table.insert(["never", 1])).toThrow();
      disk.fileSystem.heal();
      table.insert(["b", 1]);
    });
    const log = given.path("000002.log");
    const { records, reports } = open(
      given.with({
        [given.path("MANIFEST")]: undefined,
        [log]: flipped(given.read(log), 40),
      }),
    );
    expect(records).toEqual([["a", 1]]);
    expect(reports[0]?.lostChanges).toBeGreaterThan(0);
    expect(reports[0]?.damaged.map(({ file }) => file)).toEqual(["MANIFEST", "000002.log"]);
  });

  test("that is gone, with no segment that can be read, is refused: the table isn't taken for a new one", () => {
    const given = living("set");
    const log = given.path("000001.log");
    const other = given.with({
      [given.path("MANIFEST")]: undefined,
      [log]: flipped(given.read(log), 3),
    });
    const disk = other.mount();
    for (const repair of [false, true, "force"] as const) {
      expect(() => open(disk, { repair })).toThrow(CORRUPT);
    }
    expect(DiskImage.of(disk).text === other.text).toBe(true);
  });

  test("that is gone, with segments of several tables, is refused", () => {
    const given = living("set");
    const other = given.with({
      [given.path("MANIFEST")]: undefined,
      [given.path("MANIFEST").replace("MANIFEST", "000002.log")]: segmentOfAnotherTable(),
    });
    expect(() => open(other)).toThrow(CORRUPT);
  });

  test("of an earlier epoch isn't taken for one that is damaged or gone", () => {
    const before = imageAfter((table) => {
      table.insert(["a", 1]);
      table.sync();
    });
    const disk = before.mount();
    const { table } = open(disk);
    table.insert(["a", 2]);
    table.insert(["b", 1]);
    const after = DiskImage.of(disk);
    expect(after.path("MANIFEST")).toContain("E000002");
    const both = new Map([...before.files, ...after.files]);
    const leftover = after.with(Object.fromEntries(both));
    const expected = [
      ["a", 2],
      ["b", 1],
    ];
    expect(open(leftover, { repair: false }).records).toEqual(expected);
    const manifest = after.path("MANIFEST");
    for (const content of [undefined, flipped(after.read(manifest), 30)]) {
      const other = leftover.with({ [manifest]: content });
      expect(() => open(other, { repair: false })).toThrow(CORRUPT);
      const { records, reports, disk: repaired } = open(other);
      expect(records).toEqual(expected);
      expect(reports).toMatchObject([{ reason: "damage", lostChanges: 0 }]);
      expect(repaired.memory.list(repaired.directoryOf())).toHaveLength(2);
    }
  });

  /** Of an owner, and of one who came no further than to begin a segment. */
  function openedInVain(): DiskImage {
    const before = imageAfter((table) => {
      table.insert(["a", 1]);
      table.sync();
      table.insert(["b", 1]);
    });
    const disk = before.mount();
    disk.fileSystem.fail({ nth: 2, code: "EIO", calls: ["rename"], lasting: true });
    expect(() => open(disk)).toThrow();
    disk.fileSystem.heal();
    disk.kill();
    return DiskImage.of(disk);
  }

  const both = [
    ["a", 1],
    ["b", 1],
  ];

  test("of a later epoch that never came so far isn't missed", () => {
    const later = openedInVain();
    expect(later.paths((name) => name === "000002.log")).toHaveLength(1);
    const { records, reports } = open(later, { repair: false });
    expect(records).toEqual(both);
    expect(reports).toEqual([]);
  });

  test("of a later epoch isn't missed for what is there of another table", () => {
    const other = imageAfter((_, disk) => {
      for (let life = 0; life < 2; life++) {
        const table = disk.openStore().ensureTable("d", "other");
        table.insertMany(["c", "d", "e"].map((key) => [key, life]));
        disk.kill();
      }
    });
    const [stranger = ""] = other.paths((name) => name === "000002.log");
    const later = openedInVain();
    const mixed = later.with({ [later.path("000002.log")]: other.read(stranger) });
    for (const repair of [false, true]) {
      const { records, reports } = open(mixed, { repair });
      expect(records).toEqual(both);
      expect(reports).toEqual([]);
    }
  });

  test("of a later epoch isn't missed for files that no segment is called like", () => {
    const later = openedInVain();
    const log = later.path("000002.log");
    const [below = ""] = later.paths((name) => name === "000001.log");
    const strange = later.with({
      [log.replace("000002.log", "0000009.log")]: later.read(below),
      [log.replace("000002.log", "notes")]: later.read(below),
    });
    for (const repair of [false, true]) {
      const { records, reports } = open(strange, { repair });
      expect(records).toEqual(both);
      expect(reports).toEqual([]);
    }
  });

  test("of a later epoch is missed only for changes that the log below doesn't have, header or not", () => {
    const later = openedInVain();
    const [log = ""] = later.paths((name) => name === "000001.log");
    const headless = Buffer.concat([
      Buffer.alloc(SEGMENT_HEADER_BYTES),
      later.read(log).subarray(SEGMENT_HEADER_BYTES),
    ]);
    const cut = later.read(later.path("000002.log")).subarray(0, -1);
    const { records, reports } = open(
      later.with({ [log]: headless, [later.path("000002.log")]: cut }),
    );
    expect(records).toEqual(both);
    expect(reports).toMatchObject([{ damaged: [{ file: "000001.log" }], lostChanges: 0 }]);
  });

  test("of a later epoch isn't looked for with a segment under the name of another one", () => {
    const later = openedInVain();
    const [log = ""] = later.paths((name) => name === "000001.log");
    const misnamed = later.with({ [log]: later.read(later.path("000002.log")) });
    expect(() => open(misnamed, { repair: false })).toThrow(CORRUPT);
    const { records, reports } = open(misnamed);
    expect(records).toEqual(both);
    expect(reports).toMatchObject([{ reason: "damage", lostChanges: 0 }]);
  });

  test("that is gone, with a segment under the name of another one: that is damaged", () => {
    const given = living("set");
    const expected = stateOf(open(given).table);
    const copy = given.path("000001.log").replace("000001.log", "000009.log");
    const { table, reports } = open(
      given.with({
        [given.path("MANIFEST")]: undefined,
        [copy]: given.read(given.path("000001.log")),
      }),
    );
    expect(stateOf(table)).toBe(expected);
    expect(reports).toMatchObject([{ damaged: [{ file: "MANIFEST" }, { file: "000009.log" }] }]);
  });
});

describe("a later format", () => {
  const given = () =>
    imageAfter((table) => {
      table.insert(["a", 1]);
      table.sync();
      table.insert(["b", 1]);
    });

  test.each([
    ["of a manifest", newerManifest],
    ["of a segment", newerSegment],
    ["of a change", newerChange],
  ])("%s is refused, whatever repair says, and left as it is", (_, make) => {
    const image = make(given());
    const disk = image.mount();
    for (const repair of [false, true, "force"] satisfies Repair[]) {
      expect(() => open(disk, { repair })).toThrow(
        expect.objectContaining({
          code: "STORE_NEWER_FORMAT",
          message: expect.stringContaining("/data/d/t/E000001/"),
        }),
      );
    }
    expect(DiskImage.of(disk).text).toBe(image.text);
  });

  test("of a segment without a manifest is refused, too", () => {
    const image = newerSegment(given());
    const other = image.with({ [image.path("MANIFEST")]: undefined });
    expect(() => open(other)).toThrow(expect.objectContaining({ code: "STORE_NEWER_FORMAT" }));
  });

  function newerSegment(image: DiskImage): DiskImage {
    const path = image.path("000001.log");
    const content = Buffer.from(image.read(path));
    content.writeUInt32LE(2, 8);
    content.writeUInt32LE(crc32(content.subarray(0, 60)), 60);
    return image.with({ [path]: content });
  }

  function newerChange(image: DiskImage): DiskImage {
    const path = image.path("000001.log");
    const content = image.read(path);
    const change = forgedFrame({
      uuid: manifestOf(image).uuid,
      segment: 1,
      offset: content.length,
      sequence: 3,
      kind: 7,
      body: Buffer.from("later"),
    });
    return image.with({ [path]: Buffer.concat([content, change]) });
  }

  function newerManifest(image: DiskImage): DiskImage {
    const content = encodeManifest({ ...manifestOf(image), format: 2 as 1 });
    return image.with({ [image.path("MANIFEST")]: content });
  }
});
