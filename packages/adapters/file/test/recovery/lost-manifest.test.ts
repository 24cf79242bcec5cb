import type { StoreRecord } from "@store/core";
import { describe, expect, test } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { checksum } from "../../src/format/checksum.js";
import { logHeader } from "../../src/format/log/log-header.js";
import { decodeManifest, encodeManifest, type Manifest } from "../../src/format/manifest.js";
import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  type RunOrigin,
} from "../../src/format/run/run-header.js";
import { blocking, runBlocking } from "../../src/platform/syncing.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { RunWriter } from "../../src/runs/run-writer.js";
import {
  changed,
  type Files,
  filesAfter,
  pathOf,
  recordsOf,
  TreeDisk,
} from "../support/tree-disk.js";

const NEWER = expect.objectContaining({ code: "STORE_NEWER_FORMAT" });

/** Two runs; what was inserted last, in the log. Records are replaced, so that the order of the runs matters. */
const files = filesAfter((store, disk) => {
  store.close();
  for (let round = 0; round < 3; round++) {
    const again = disk.open();
    const table = again.ensureTable<StoreRecord>("d", "t");
    for (let key = 0; key < 3; key++) table.insert([key === 2 ? `new${round}` : key, round]);
    table.delete(`new${round - 1}`);
    if (round < 2) again.close();
    else table.sync();
  }
});
const manifestPath = pathOf(files, "MANIFEST");
const epoch = manifestPath.slice(0, -"/MANIFEST".length);
const manifest = decodeManifest(files.get(manifestPath) as Buffer) as Manifest;
const directory = Buffer.from(manifest.uuid, "hex");
const [newest, oldest] = manifest.runs.map(({ id }) => id) as [number, number];
const expected = ["[0,2]", "[1,2]", '["new2",2]'];

function numbered(id: number, kind: "run" | "log"): string {
  return `${epoch}/${String(id).padStart(6, "0")}.${kind}`;
}

function withoutManifest(more: Readonly<Record<string, Buffer>> = {}): Files {
  return new Map([...changed(files, manifestPath, undefined), ...Object.entries(more)]);
}

function repaired(damaged: Files): { records: string[] | undefined; disk: TreeDisk } {
  const disk = TreeDisk.with(damaged);
  return { records: recordsOf(disk.open(), [["d", "t"]]).get("d/t"), disk };
}

function damagedFiles(disk: TreeDisk): string[] {
  return [...new Set(disk.reports.flatMap((report) => report.damaged.map(({ file }) => file)))];
}

/** What a compaction has written when its process dies: the header, and bytes that aren't a block. */
function begun(id: number, origin: RunOrigin): Buffer {
  return Buffer.concat([encodeHeader({ directory, id }, origin), Buffer.alloc(100, 7)]);
}

/** A file that begins with a header whose checksum comes last, as a later version would write it. */
function ofFormat(format: number, header: Buffer): Buffer {
  const copy = Buffer.from(header);
  copy.writeUInt32LE(format, 8);
  copy.writeUInt32LE(checksum(copy, 0, copy.length - 4), copy.length - 4);
  return copy;
}

describe("what a lost manifest said", () => {
  test("is worked out from what is there", () => {
    const { records, disk } = repaired(withoutManifest());
    expect(records).toEqual(expected);
    expect(damagedFiles(disk)).toEqual(["MANIFEST"]);
  });

  test("is worked out without files of another data directory, which are reported", () => {
    const foreign = filesAfter((store) => {
      store.ensureTable<StoreRecord>("d", "t").insert(["foreign", 1]);
      store.close();
    });
    const run = [...foreign].find(([path]) => path.endsWith(".run"))?.[1] as Buffer;
    const log = logHeader({ directory: Buffer.alloc(16, 1), id: 91 });
    const { records, disk } = repaired(
      withoutManifest({ [numbered(90, "run")]: run, [numbered(91, "log")]: log }),
    );
    expect(records).toEqual(expected);
    expect(damagedFiles(disk).sort()).toEqual(["000090.run", "000091.log", "MANIFEST"]);
  });

  test.each([
    ["segment of the log", "log", logHeader({ directory, id: 90 })],
    ["run", "run", encodeHeader({ directory, id: 90 }, { above: 0, upTo: 1, level: 0 })],
  ] as const)("isn't worked out when there is a %s of a later format", (_, kind, header) => {
    const path = numbered(90, kind);
    const disk = TreeDisk.with(withoutManifest({ [path]: ofFormat(3, header) }));
    expect(() => disk.open().ensureTable("d", "t")).toThrow(NEWER);
    expect(disk.files().get(path)).toEqual(ofFormat(3, header));
  });

  test("has no run that a compaction has begun of runs that are whole", () => {
    const upTo = manifest.sequence;
    for (const above of [0, 1]) {
      const path = numbered(90, "run");
      const { records, disk } = repaired(
        withoutManifest({ [path]: begun(90, { above, upTo, level: 1 }) }),
      );
      expect(records).toEqual(expected);
      expect(damagedFiles(disk)).toEqual(["MANIFEST"]);
      expect(disk.reports.map(({ lostChanges }) => lostChanges)).toEqual([0]);
    }
  });

  test("has a run whose end is lost, when it alone had some changes", () => {
    const run = files.get(numbered(oldest, "run")) as Buffer;
    const cut = withoutManifest({ [numbered(oldest, "run")]: run.subarray(0, run.length - 5) });
    expect(damagedFiles(repaired(cut).disk)).toEqual(["MANIFEST", "000003.run"]);
    expect(repaired(cut).records).toEqual(expected);
    // Nor has a run all of those below what it begins with.
    const upTo = manifest.sequence;
    const both = new Map(
      withoutManifest({ [numbered(90, "run")]: begun(90, { above: 0, upTo, level: 1 }) }),
    );
    both.delete(numbered(oldest, "run"));
    const { disk, records } = repaired(both);
    expect(damagedFiles(disk)).toEqual(["MANIFEST", "000090.run"]);
    expect(records).toEqual(expected);
  });

  test("has one of two runs that have the same: the whole one, and of whole ones the later", () => {
    const path = numbered(newest, "run");
    const { above, upTo } = decodeHeader(
      (files.get(path) as Buffer).subarray(0, HEADER_BYTES),
    ) as RunOrigin;
    const origin = { above, upTo, level: 1 };
    const partial = repaired(withoutManifest({ [numbered(90, "run")]: begun(90, origin) }));
    expect(partial.records).toEqual(expected);
    expect(damagedFiles(partial.disk)).toEqual(["MANIFEST"]);
    const memory = new MemoryFileSystem({ now: () => 0 });
    const writer = new RunWriter(memory, "/run", { directory, id: 90 }, origin);
    runBlocking(writer.finish(blocking(memory)));
    const whole = withoutManifest({ [numbered(90, "run")]: readWhole(memory, "/run") });
    // What only the other one deleted is there.
    expect(repaired(whole).records).toEqual(["[0,2]", "[1,2]", '["new0",0]', '["new2",2]']);
  });
});

describe("an epoch without a manifest, behind one that has it,", () => {
  const next = `${epoch.slice(0, epoch.lastIndexOf("/"))}/${epoch
    .slice(epoch.lastIndexOf("/") + 1)
    .replace(/\d+/, (digits) => String(Number(digits) + 1).padStart(digits.length, "0"))}`;
  const owner = files.get(`${epoch}/OWNER`) as Buffer;
  const withdrawn: Files = new Map([...files, [`${next}/OWNER`, owner]]);

  class OtherFileSystem extends FailingFileSystem {
    onList: (path: string) => void = () => {};

    override list(path: string): string[] {
      this.onList(path);
      return super.list(path);
    }
  }

  test("is nothing, if its owner withdraws it while it is looked at", () => {
    const disk = TreeDisk.with(withdrawn);
    const fileSystem = new OtherFileSystem(disk.memory);
    disk.fileSystem = fileSystem;
    let isWithdrawn = false;
    fileSystem.onList = (path) => {
      if (path !== next || isWithdrawn) return;
      isWithdrawn = true;
      for (const name of disk.memory.list(next)) disk.memory.remove(`${next}/${name}`);
      disk.memory.removeDirectory(next);
    };
    expect(recordsOf(disk.open({ repair: false }), [["d", "t"]]).get("d/t")).toEqual(expected);
    expect(isWithdrawn).toBe(true);
  });

  test("is looked at again, if a file of it goes meanwhile", () => {
    const disk = TreeDisk.with(new Map([...withdrawn, [`${next}/000099.run`, Buffer.alloc(9)]]));
    const fileSystem = new OtherFileSystem(disk.memory);
    disk.fileSystem = fileSystem;
    let looks = 0;
    fileSystem.onList = (path) => {
      if (path !== next) return;
      looks++;
      if (looks === 1) fileSystem.fail({ nth: 1, code: "ENOENT", calls: ["open"] });
    };
    expect(recordsOf(disk.open({ repair: false }), [["d", "t"]]).get("d/t")).toEqual(expected);
    expect(looks).toBeGreaterThan(1);
  });

  test("isn't taken for nothing, if it can't be read", () => {
    for (const code of ["EIO", "ENOENT"]) {
      const disk = TreeDisk.with(withdrawn);
      const fileSystem = new OtherFileSystem(disk.memory);
      disk.fileSystem = fileSystem;
      fileSystem.onList = (path) => {
        if (path === next) fileSystem.fail({ nth: 1, code });
      };
      expect(() => disk.open().ensureTable("d", "t")).toThrow(code);
      fileSystem.onList = () => {};
      expect(recordsOf(disk.open(), [["d", "t"]]).get("d/t")).toEqual(expected);
    }
  });
});

test("a manifest of a later format is left alone, whatever is asked for", () => {
  const content = encodeManifest({ ...manifest, format: 3 } as unknown as Manifest);
  for (const repair of [false, true, "force"] as const) {
    const disk = TreeDisk.with(changed(files, manifestPath, content));
    expect(() => disk.open({ repair }).ensureTable("d", "t")).toThrow(NEWER);
    expect(disk.files().get(manifestPath)).toEqual(content);
  }
});
