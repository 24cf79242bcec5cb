import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { canonicalRecord } from "@store/codec";
import { createStore } from "@store/core";
import { describe, expect, test } from "vitest";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { createFileAdapter } from "../../src/file-adapter.js";
import { SUFFIX_BYTES } from "../../src/format/entry.js";
import {
  FIRST_STORAGE_ID,
  LAST_STORAGE_ID,
  orderOf,
  putSuffix,
} from "../../src/format/entry-key.js";
import { putValueHeader, valueHeaderBytes } from "../../src/format/entry-value.js";
import { FORMAT_VERSION } from "../../src/format/format-version.js";
import {
  CHANGE_HEADER_BYTES,
  isKnownTag,
  putChangeHeader,
  putCountDelta,
} from "../../src/format/log/change.js";
import {
  batchPlace,
  changesKind,
  FRAME_HEADER_BYTES,
  FrameKind,
  frameSequence,
  MAX_FRAME_BYTES,
  sealFrame,
  signFrame,
} from "../../src/format/log/log-frame.js";
import { LOG_HEADER_BYTES, logHeader, logSalt } from "../../src/format/log/log-header.js";
import { decodeManifest } from "../../src/format/manifest.js";
import { recordHash } from "../../src/format/record-hash.js";
import {
  BLOCK_BYTES,
  LEAST_FAN_OUT,
  LONGEST_PREFIX,
  WIDE_FROM,
} from "../../src/format/run/block.js";
import { LINE_BYTES, LINES_PER_PAGE } from "../../src/format/run/filter-page.js";
import { encodeFooter, TAIL_BYTES } from "../../src/format/run/run-footer.js";
import { encodeHeader, HEADER_BYTES, RUN_FORMAT } from "../../src/format/run/run-header.js";
import { indexSalt, runSalt, saltAt } from "../../src/format/run/run-identity.js";
import { SystemTable } from "../../src/format/system-tables.js";
import { readWhole } from "../../src/platform/whole-file.js";

// What docs/file-format.md says is compared with the code and the bytes that it writes. Where they differ, the format has
// changed: files that exist would be read as what they are not.

const page = readFileSync(new URL("../../../../../docs/file-format.md", import.meta.url), "utf8");
const UUID = Buffer.from("00112233445566778899aabbccddeeff", "hex");
const GOLDEN = 0x9e3779b1;

/** The rows of the table whose header has this in one of its cells, as cells without backticks. */
function rows(header: string): string[][] {
  const lines = page.split("\n");
  const first = lines.findIndex(
    (line, index) => cells(line).includes(header) && lines[index + 1]?.startsWith("|--"),
  );
  if (first < 0) throw new Error(`there is no table of ${header}`);
  const rest = lines.slice(first + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end).map(cells);
}

function cells(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim().replaceAll("`", ""));
}

/** Compares a table of offset, bytes and meaning with bytes, cut where the table says. */
function expectLayout(header: string, bytes: Buffer, parts: readonly (Buffer | number)[]): void {
  const fields = rows(header);
  expect(fields).toHaveLength(parts.length);
  let end = 0;
  for (const [index, [offset, length]] of fields.entries()) {
    const size = Number(length);
    expect(Number(offset), `${header}, row ${index}`).toBe(end);
    end += size;
    const part = parts[index] as Buffer | number;
    const there = bytes.subarray(Number(offset), end);
    if (typeof part === "number")
      expect(there.readUIntLE(0, size), `${header}, ${index}`).toBe(part);
    else expect(there.toString("hex")).toBe(part.toString("hex"));
  }
  expect(end).toBe(bytes.length);
}

/** The blocks of code of a kind. */
function blocks(info: string): string[] {
  const all = page.matchAll(new RegExp(`\`\`\`${info}\n(.*?)\`\`\``, "gs"));
  return [...all].map(([, code = ""]) => code);
}

/** The bytes of a block of hexadecimal digits; checks the offsets before them. */
function bytesOf(hex: string): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (const line of hex.split("\n").filter((each) => each !== "")) {
    const [, offset = "", digits = ""] =
      /^([0-9a-f]+) {2}((?:[0-9a-f]{2} ?)+)(?: |$)/.exec(line) ?? [];
    expect(Number.parseInt(offset, 16), line).toBe(length);
    const bytes = Buffer.from(digits.replaceAll(" ", ""), "hex");
    parts.push(bytes);
    length += bytes.length;
  }
  return Buffer.concat(parts);
}

function crc(start: number, ...parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => crc32(part, sum), start);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

describe("the example", () => {
  const [log = "", run = ""] = blocks("hex");
  const [open = "", closed = ""] = blocks("manifest");

  test("is what the engine writes", () => {
    const host = new ManualHost();
    const memory = new MemoryFileSystem({ now: () => host.wallTime() });
    const environment = { fileSystem: memory, host, createHeartbeat: createTimerHeartbeat };
    const options = { dataDir: "/data", autoSave: Number.POSITIVE_INFINITY };
    const store = createStore({ adapter: createFileAdapter(environment), options });
    const read = (name: string) => readWhole(memory, `/data/E000001/${name}`);
    const table = store.ensureTable("d", "t");
    table.insert(["a", 1]);
    table.insertMany([
      ["b", -0],
      ["c", "é"],
    ]);
    table.delete("a");
    table.sync();
    expect(read("000001.log").toString("hex")).toBe(bytesOf(log).toString("hex"));
    expect(read("000002.log")).toHaveLength(LOG_HEADER_BYTES);
    expect(read("MANIFEST").toString()).toBe(open);
    store.close();
    expect(read("000003.run").toString("hex")).toBe(bytesOf(run).toString("hex"));
    expect(read("MANIFEST").toString()).toBe(closed);
  });

  test("is what the checksums of the page make of it", () => {
    const segment = bytesOf(log);
    expect(segment.readUInt32LE(60)).toBe(crc32(segment.subarray(0, 60)));
    const salt = crc32(segment.subarray(16, 36));
    for (let at = 64; at < segment.length; at += segment.readUInt32LE(at + 4)) {
      const frame = segment.subarray(at + 4, at + segment.readUInt32LE(at + 4));
      expect(segment.readUInt32LE(at)).toBe(crc32(frame, (salt ^ at) >>> 0));
    }
    for (const line of [open, closed]) {
      const [sum = "", json = ""] = line.trimEnd().split(/ (.*)/);
      expect(Number.parseInt(sum, 16)).toBe(crc32(json));
    }
  });
});

describe("the page", () => {
  test("has the members of a manifest", () => {
    const manifest = decodeManifest(Buffer.from(blocks("manifest")[1] ?? ""));
    if (typeof manifest === "string" || "newerFormat" in manifest) throw new Error("no manifest");
    const members = Object.keys(manifest).flatMap((name) =>
      name === "runs"
        ? [name, ...Object.keys(manifest.runs[0] ?? {}).map((part) => `runs[].${part}`)]
        : [name],
    );
    expect(rows("member").map(([name]) => name)).toEqual(members);
    expect(page).toContain(`Format ${FORMAT_VERSION}.`);
    expect(RUN_FORMAT).toBe(FORMAT_VERSION);
  });

  test("has the keys and the values of entries", () => {
    const suffix = Buffer.alloc(SUFFIX_BYTES);
    putSuffix(suffix, 0, 0x01020304, 0x0506_0708_090a);
    expect(suffix.toString("hex")).toBe("0102030405060708090a");
    expect(orderOf(suffix, SUFFIX_BYTES)).toBe(0x0506_0708_090a);
    expect(rows("key of an entry").map(([bytes]) => bytes)).toEqual(["4", "", "4", "6"]);
    const value = Buffer.alloc(9);
    putValueHeader(value, 0, 1.5);
    expect(value.readDoubleLE(1)).toBe(1.5);
    const [flags, moment] = rows("value of an entry").map(([bytes]) => Number(bytes)) as number[];
    expect([valueHeaderBytes(undefined), valueHeaderBytes(0)]).toEqual([
      flags,
      Number(flags) + Number(moment),
    ]);
    const last = LAST_STORAGE_ID.toLocaleString("en-US");
    expect(page).toContain(`from ${FIRST_STORAGE_ID} to ${last} a table's`);
    const numbers = rows("storage id").map(([name, number]) => [name, Number(number)]);
    expect(numbers).toEqual(Object.entries(SystemTable));
  });

  test("has the hash of a record", () => {
    // The known hash of "hello" with the seed 0 is that of MurmurHash3.
    expect(recordHash(Buffer.from("hello"), 0)).toBe(0x248bfa47);
    expect(recordHash(canonicalRecord(["k", { a: 2 }]), 0x746db77a)).toBe(0xf6385c59);
  });

  test("has the header of a segment and of a run", () => {
    const identity = { directory: UUID, id: 0x01020304 };
    const segment = logHeader(identity);
    const ofSegment = segment.readUInt32LE(60);
    expect(ofSegment).toBe(crc32(segment.subarray(0, 60)));
    expectLayout("header of a segment", segment, [
      Buffer.from("STORELOG"),
      FORMAT_VERSION,
      0,
      UUID,
      0x01020304,
      Buffer.alloc(24),
      ofSegment,
    ]);
    expect(segment).toHaveLength(LOG_HEADER_BYTES);
    const run = encodeHeader(identity, { above: 5, upTo: 2 ** 40, level: 7 });
    const ofRun = run.readUInt32LE(48);
    expect(ofRun).toBe(crc32(run.subarray(0, 48)));
    expectLayout("header of a run", run, [
      Buffer.from("STORERUN"),
      FORMAT_VERSION,
      UUID,
      0x01020304,
      5,
      2 ** 40,
      7,
      ofRun,
    ]);
    expect(page).toContain(`header of ${HEADER_BYTES} bytes`);
  });

  test("has the header of a frame", () => {
    const frame = Buffer.alloc(32);
    const salt = logSalt({ directory: UUID, id: 9 });
    expect(salt).toBe(crc(0, UUID, u32(9)));
    const offset = 3 * 2 ** 32 + 5;
    sealFrame(frame, 0, frame.length, 0x0102_0304_0506, FrameKind.sync);
    signFrame(frame, 0, salt, offset);
    const place = (salt ^ 5 ^ Math.imul(3, GOLDEN)) >>> 0;
    const expected = [crc32(frame.subarray(4), place), 32, 0x0102_0304_0506, FrameKind.sync, 0];
    const fields = rows("frame");
    for (const [index, [at, bytes]] of fields.slice(0, -1).entries()) {
      expect(frame.readUIntLE(Number(at), Number(bytes))).toBe(expected[index]);
    }
    expect(Number(fields.at(-1)?.[0])).toBe(FRAME_HEADER_BYTES);
    expect(frameSequence(frame, 0)).toBe(0x0102_0304_0506);
    const most = MAX_FRAME_BYTES.toLocaleString("en-US");
    expect(fields[1]?.[2]).toContain(`from ${FRAME_HEADER_BYTES} to ${most}`);
  });

  test("has the kinds of frames and the flags", () => {
    const kinds = rows("kind").map(([kind, value]) => [kind, Number(value)]);
    expect(kinds).toEqual(Object.entries(FrameKind));
    const [goesOn, hasBegun] = rows("flag").map(([, value]) => Number(value)) as [number, number];
    expect(changesKind(false, true)).toBe(FrameKind.changes + goesOn);
    expect(changesKind(true, false)).toBe(FrameKind.changes + hasBegun);
    const frame = Buffer.alloc(FRAME_HEADER_BYTES);
    sealFrame(frame, 0, frame.length, 1, FrameKind.changes + goesOn);
    expect(batchPlace(frame, 0)).toEqual({ hasBegun: false, goesOn: true });
  });

  test("has the header of a change, and its tags", () => {
    const change = Buffer.alloc(CHANGE_HEADER_BYTES);
    putChangeHeader(change, 0, 0x01020304, 0x05060708, true, true);
    expect(rows("change").map(([offset]) => Number(offset))).toEqual([0, 1, 5, 9]);
    expect([change.readUInt32LE(1), change.readUInt32LE(5)]).toEqual([0x01020304, 0x05060708]);
    const [tombstone = 0, suffix = 0, adds = 0, removes = 0] = rows("tag").map(([, value]) =>
      Number(value),
    );
    expect(change[0]).toBe(tombstone + suffix);
    for (const [delta, tag] of [
      [1, adds],
      [-1, removes],
    ] as const) {
      putChangeHeader(change, 0, 1, 1, false, false);
      putCountDelta(change, 0, delta);
      expect(change[0]).toBe(tag);
    }
    for (let tag = 0; tag < 256; tag++) {
      const isKnown = (tag & ~(tombstone + suffix + adds + removes)) === 0;
      expect(isKnownTag(Buffer.from([tag]), 0)).toBe(isKnown);
    }
  });

  test("has the salts and the sizes of a run's pieces", () => {
    const salt = runSalt({ directory: UUID, id: 9 });
    expect(salt).toBe(crc(0, UUID, u32(9)));
    expect(indexSalt(salt)).toBe((salt ^ 0x5bd1e995) >>> 0);
    const offset = 3 * 2 ** 32 + 5;
    expect(saltAt(salt, offset)).toBe(
      Number((BigInt(salt) + BigInt(offset) + 3n * BigInt(GOLDEN)) % 2n ** 32n),
    );
    for (const size of [BLOCK_BYTES, WIDE_FROM]) {
      expect(page).toContain(`${size.toLocaleString("en-US")} bytes`);
    }
    expect(page).toContain(`at most ${LONGEST_PREFIX}`);
    expect(LEAST_FAN_OUT).toBe(4);
    expect(page).toContain(`lines of ${LINE_BYTES} bytes, in pages of\n${LINES_PER_PAGE} lines`);
  });

  test("has the tail of a run", () => {
    const summary = {
      entries: 1,
      tombstones: 2,
      keyBytes: 3,
      valueBytes: 4,
      smallestKey: Buffer.from("ab"),
      largestKey: Buffer.from("cde"),
    };
    const root = { offset: 5, length: 6 };
    const footer = { summary, root, levels: 7, filterOffset: 8, filterLines: 9 };
    const bytes = encodeFooter(footer, 1, 2 ** 33);
    expect(bytes.toString("latin1", 0, 5)).toBe("abcde");
    const sum = bytes.readUInt32LE(bytes.length - 4);
    expect(sum).toBe(crc32(bytes.subarray(0, -4), saltAt(indexSalt(1), 2 ** 33)));
    expectLayout("tail of a run", bytes.subarray(5), [1, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, sum]);
    expect(page).toContain(`a tail of ${TAIL_BYTES} bytes`);
  });
});
