import type { StoreRecord, Table, TableType } from "@store/core";
import { expect, test } from "vitest";
import { FrameKind } from "../src/frame.js";
import type { Repair } from "../src/recovery.js";
import type { RepairReport } from "../src/repair-report.js";
import { SEGMENT_HEADER_BYTES } from "../src/segment.js";
import { readWhole } from "../src/whole-file.js";
import { Disk } from "./support/disk.js";
import { DiskImage, flipped } from "./support/disk-image.js";
import { framesOf } from "./support/frame-list.js";
import { shortLifeOf, TYPES } from "./support/life.js";
import { manifestIn } from "./support/manifest-content.js";
import { stateOf } from "./support/table-state.js";

/** Milliseconds: longer than a heartbeat is waited for. */
const STALE = 11_000;

const options = { autoSave: Number.POSITIVE_INFINITY, cacheBytes: 0 } as const;

/** A table, and what is known of it. */
interface Subject {
  readonly image: DiskImage;
  readonly state: string;
  /** What it held before changes that aren't on disk for certain. */
  readonly before: readonly string[];
  /** All records that it ever held. */
  readonly records: ReadonlySet<string>;
}

/** Lets a table live: half of its life, `middle`, the other half, `end`. */
function subject(
  type: TableType,
  middle: (table: Table<StoreRecord>, disk: Disk) => void,
  end: (table: Table<StoreRecord>, disk: Disk) => Table<StoreRecord> = (table) => table,
): Subject {
  const disk = new Disk();
  const table = disk.open({ type, ...options });
  const steps = shortLifeOf(type);
  const before: string[] = [];
  const records = new Set<string>();
  const note = (noted: Table<StoreRecord>) => {
    for (const record of noted.records()) records.add(JSON.stringify(record));
  };
  for (const [index, { act }] of steps.entries()) {
    if (index === Math.ceil(steps.length / 2)) middle(table, disk);
    if (index >= Math.ceil(steps.length / 2)) before.push(stateOf(table));
    act(table);
    note(table);
  }
  const last = end(table, disk);
  // A set has it for a moment only.
  records.add('["after",1]');
  note(last);
  return { image: DiskImage.of(disk), state: stateOf(last), before, records };
}

const killed = (type: TableType) => subject(type, (table) => table.sync());

const ofSeveralSegments = (type: TableType) =>
  subject(type, (table, disk) => {
    disk.fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    expect(() => table.insert(["never", 1])).toThrow();
    disk.fileSystem.heal();
  });

const closed = (type: TableType) =>
  subject(
    type,
    () => {},
    (table, disk) => {
      table.close();
      return DiskImage.of(disk).mount().open(options);
    },
  );

const compacted = (type: TableType) =>
  subject(
    type,
    (table) => table.sync(),
    (_, disk) => {
      disk.kill();
      const table = disk.open({ ...options, repair: "force" });
      table.insertMany([
        ["after", 1],
        ["after", 2],
        ["z", 1],
      ]);
      table.delete("b");
      table.sync();
      return table;
    },
  );

const isSegment = (name: string) => /\.(log|base)$/.test(name);

test.each(TYPES)("a %s that was killed", (type) => {
  check(killed(type), type === "set" ? () => true : isSegment);
});

test.each(["ordered_set", "bag"] as const)("a %s of several segments", (type) => {
  check(ofSeveralSegments(type), isSegment);
});

test("a duplicate_bag that was closed", () => {
  check(closed("duplicate_bag"), () => true);
});

test.each(["set", "bag"] as const)("a %s that was compacted", (type) => {
  check(compacted(type), isSegment);
});

/** What becomes of a table when one byte of a file is another. */
interface Prospect {
  readonly outcome: "same" | "torn tail" | "damage";
  readonly lostChanges: number;
}

/** Changes each byte of each of these files, and opens the table. */
function check(given: Subject, passes: (name: string) => boolean): void {
  const paths = given.image.paths(passes);
  expect(paths.length).toBeGreaterThan(0);
  for (const path of paths) {
    const content = given.image.read(path);
    for (let at = 0; at < content.length; at++) {
      const mask = at % 2 === 0 ? 0xff : 1 << (at % 8);
      const image = given.image.with({ [path]: flipped(content, at, mask) });
      const prospect = prospectOf(given.image, path, at);
      const where = `byte ${at} of ${path}, mask ${mask}`;
      checkRefused(image, given, prospect, where);
      checkRepaired(image, given, prospect, where, path, true);
      if (at % 5 === 0) checkRepaired(image, given, prospect, where, path, "force");
    }
  }
}

function prospectOf(image: DiskImage, path: string, at: number): Prospect {
  const same: Prospect = { outcome: "same", lostChanges: 0 };
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === "MANIFEST") return { outcome: "damage", lostChanges: 0 };
  if (!/\.(log|base)$/.test(name)) return same;
  const { segments } = manifestIn(image.read(image.path("MANIFEST")));
  const length = segments.find(({ id }) => id === Number.parseInt(name, 10))?.length ?? null;
  if (length !== null && at >= length) return same;
  if (at < SEGMENT_HEADER_BYTES) return { outcome: "damage", lostChanges: 0 };
  const frames = framesOf(image.read(path));
  const frame = frames.find(({ start, end }) => start <= at && at < end);
  const durable = Math.max(
    length ?? 0,
    ...frames.filter(({ kind }) => kind === FrameKind.sync).map(({ value }) => value),
  );
  if (frame === undefined) throw new Error(`no frame is at byte ${at}`);
  if (frame.start >= durable) return { outcome: "torn tail", lostChanges: 0 };
  const lost = frames.filter(({ isChange, batch }) => isChange && batch === frame.batch);
  return { outcome: "damage", lostChanges: frame.isChange ? lost.length : 0 };
}

function checkRefused(image: DiskImage, given: Subject, prospect: Prospect, where: string): void {
  const disk = image.mount();
  disk.host.advance(STALE);
  const untouched = DiskImage.of(disk).text;
  if (prospect.outcome === "damage") {
    expect(() => open(disk, false), where).toThrow(
      expect.objectContaining({
        code: "STORE_CORRUPT",
        message: expect.stringMatching(/\/E\d{6}\/(MANIFEST|\d{6}\.(log|base)) is damaged/),
      }),
    );
    expect(DiskImage.of(disk).text === untouched, where).toBe(true);
    return;
  }
  const { table, reports } = open(disk, false);
  const state = stateOf(table);
  if (prospect.outcome === "same") {
    expect(state, where).toBe(given.state);
    expect(reports, where).toEqual([]);
  } else {
    expect([...given.before, given.state], where).toContain(state);
    expect(reports, where).toMatchObject([{ reason: "torn tail", lostChanges: 0, damaged: [] }]);
  }
  table.close();
}

function checkRepaired(
  image: DiskImage,
  given: Subject,
  { outcome, lostChanges }: Prospect,
  where: string,
  path: string,
  repair: Repair,
): void {
  const disk = image.mount();
  disk.host.advance(STALE);
  const { table, reports } = open(disk, repair);
  const state = stateOf(table);
  if (outcome === "torn tail") {
    expect([...given.before, given.state], where).toContain(state);
  } else if (lostChanges === 0) {
    expect(state, where).toBe(given.state);
  } else {
    for (const record of table.records()) {
      expect(given.records, where).toContain(JSON.stringify(record));
    }
  }
  const [report] = reports;
  if (outcome === "damage") {
    expect(report, where).toMatchObject({ reason: "damage", lostChanges, records: table.size });
    const name = path.slice(path.lastIndexOf("/") + 1);
    expect(report?.damaged[0]?.file, where).toBe(name);
    const kept = readWhole(disk.memory, `${report?.keptAside}/${name}`);
    expect(kept.equals(image.read(path)), where).toBe(true);
  } else {
    const expected = outcome === "same" ? undefined : "torn tail";
    expect(report?.reason, where).toBe(repair === "force" ? "forced" : expected);
  }
  expect(table.info().details?.repair, where).toEqual(report);
  disk.kill();
  const again = open(disk, false);
  expect(stateOf(again.table), where).toBe(state);
  expect(again.reports, where).toEqual([]);
  again.table.close();
}

function open(disk: Disk, repair: Repair) {
  const reports: RepairReport[] = [];
  const onRepair = (report: RepairReport) => reports.push(report);
  const table = disk.open({ ...options, repair, onRepair });
  return { table, reports };
}
