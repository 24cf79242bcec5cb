import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { decodeKey, decodeRecord } from "@store/codec";
import type { StoreRecord, Table } from "@store/core";
import { describe, expect, test } from "vitest";
import {
  batchBegan,
  batchGoesOn,
  FRAME_HEADER_BYTES,
  FrameKind,
  frameKind,
  frameLength,
  frameSequence,
  MAX_FRAME_BYTES,
  markBatch,
  sealFrame,
  segmentSalt,
  writeFrameHeader,
} from "../src/frame.js";
import { HINT_FORMAT } from "../src/hint.js";
import { type Manifest, TYPE_NUMBERS } from "../src/manifest.js";
import { FORMAT_VERSION, SEGMENT_HEADER_BYTES, segmentHeader } from "../src/segment.js";
import { Disk } from "./support/disk.js";
import { manifestIn } from "./support/manifest-content.js";

// What docs/file-format.md says is compared with the code and the bytes that it writes. Where they differ, the format has
// changed: files that exist would be read as what they are not.

const page = readFileSync(new URL("../../../docs/file-format.md", import.meta.url), "utf8");

function fill(table: Table<StoreRecord>): void {
  table.insert(["a", 1]);
  table.insertMany([
    ["b", -0],
    ["c", "é"],
  ]);
  table.delete("a");
  table.sync();
}

/** The rows of the table whose header has this in one of its cells, as cells without backticks. */
function rows(header: string): string[][] {
  const lines = page.split("\n");
  const first = lines.findIndex(
    (line, index) => cells(line).includes(header) && lines[index + 1]?.startsWith("|--"),
  );
  if (first < 0) throw new Error(`there is no table of ${header}`);
  const rest = lines.slice(first + 2);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith("|")),
    )
    .map(cells);
}

function cells(line: string): string[] {
  if (!line.startsWith("|")) return [];
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim().replaceAll("`", ""));
}

/** The blocks of code of a kind. */
function blocks(info: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${info}\n(.*?)\`\`\``, "gs"))].map(
    ([, code = ""]) => code,
  );
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

describe("the example", () => {
  test("is what the engine writes", () => {
    const [log = "", base = ""] = blocks("hex");
    const [manifest = ""] = blocks("manifest");
    const disk = new Disk();
    const table = disk.open();
    fill(table);
    expect(disk.read("000001.log").toString("hex")).toBe(bytesOf(log).toString("hex"));
    table.close();
    expect(disk.read("MANIFEST").toString()).toBe(manifest);
    disk.open({ repair: "force" });
    expect(disk.read("000002.base").toString("hex")).toBe(bytesOf(base).toString("hex"));
  });

  test("is what the checksums of the page make of it", () => {
    for (const content of blocks("hex").map(bytesOf)) {
      expect(content.readUInt32LE(60)).toBe(crc32(content.subarray(0, 60)));
      const salt = crc32(content.subarray(16, 36), 0);
      let offset = 64;
      while (offset < content.length) {
        const length = content.readUInt32LE(offset + 4);
        const frame = content.subarray(offset + 4, offset + length);
        expect(content.readUInt32LE(offset)).toBe(crc32(frame, (salt ^ offset) >>> 0));
        offset += length;
      }
    }
    const [line = ""] = blocks("manifest");
    const [sum = "", json = ""] = line.trimEnd().split(/ (.*)/);
    expect(Number.parseInt(sum, 16)).toBe(crc32(json));
  });
});

describe("the page", () => {
  test("has the members of a manifest", () => {
    const manifest: Manifest = {
      format: FORMAT_VERSION,
      name: "",
      uuid: "",
      type: "set",
      clean: true,
      sequence: 0,
      segments: [{ id: 1, covers: 0, length: 0 }],
      hint: null,
    };
    const members = Object.keys(manifest).flatMap((name) =>
      name === "segments"
        ? [name, ...Object.keys(manifest.segments[0] ?? {}).map((part) => `segments[].${part}`)]
        : [name],
    );
    expect(rows("member").map(([name]) => name)).toEqual(members);
    expect(page).toContain(`Format ${FORMAT_VERSION}.`);
  });

  test("has the header of a segment", () => {
    const table = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    const header = segmentHeader({ table, id: 0x01020304, covers: 0x05060708, type: 3 });
    const fields = rows("header of a segment");
    const expected = [
      Buffer.from("STORESEG"),
      Buffer.from("01000000", "hex"),
      Buffer.alloc(4),
      table,
      Buffer.from("04030201", "hex"),
      Buffer.from("08070605", "hex"),
      Buffer.from("03", "hex"),
      Buffer.alloc(19),
      undefined,
    ];
    let end = 0;
    for (const [index, [offset, bytes]] of fields.entries()) {
      expect(Number(offset)).toBe(end);
      end += Number(bytes);
      const bytesThere = header.subarray(Number(offset), end);
      expect(bytesThere.toString("hex")).toBe((expected[index] ?? bytesThere).toString("hex"));
    }
    expect(end).toBe(SEGMENT_HEADER_BYTES);
    const types = Object.entries(TYPE_NUMBERS).map(([type, number]) => `${number} ${type}`);
    expect(fields[6]?.[2]).toBe(`type of the table: ${types.join(", ")}`);
  });

  test("has the header of a frame", () => {
    const frame = Buffer.alloc(32);
    writeFrameHeader(frame, 0, frame.length, 0x0102_0304_0506, FrameKind.put);
    const salt = segmentSalt(Buffer.alloc(16, 7), 9);
    const offset = 3 * 2 ** 32 + 5;
    sealFrame(frame, 0, frame.length, salt, offset);
    const place = (salt ^ 5 ^ Math.imul(3, 0x9e3779b1)) >>> 0;
    const expected = [crc32(frame.subarray(4), place), 32, 0x0102_0304_0506, 1, 0];
    const fields = rows("frame");
    let end = 0;
    for (const [index, [at, bytes]] of fields.slice(0, -1).entries()) {
      expect(Number(at)).toBe(end);
      end += Number(bytes);
      expect(frame.readUIntLE(Number(at), Number(bytes))).toBe(expected[index]);
    }
    expect(end).toBe(FRAME_HEADER_BYTES);
    expect(Number(fields.at(-1)?.[0])).toBe(end);
    expect(frameLength(frame, 0)).toBe(32);
    expect(frameSequence(frame, 0)).toBe(0x0102_0304_0506);
    const most = MAX_FRAME_BYTES.toLocaleString("en-US");
    expect(fields[1]?.[2]).toContain(`from ${FRAME_HEADER_BYTES} to ${most}`);
    expect(segmentSalt(Buffer.alloc(16, 7), 9)).toBe(
      crc32(Buffer.concat([Buffer.alloc(16, 7), Buffer.from("09000000", "hex")]), 0),
    );
  });

  test("has the layout of a hint", () => {
    const disk = new Disk();
    const table = disk.open();
    const value = "x".repeat(2 ** 16);
    table.insertMany([
      ["a", 1],
      ["b", value],
      ["a", 2],
      ["c", 3],
      ["d", 4],
    ]);
    table.close();
    const name = disk.files().find((file) => file.endsWith(".hint")) ?? "";
    const content = disk.read(name);
    const offsets = (header: string) => rows(header).map(([offset]) => Number(offset));

    const [magic = -1, format = -1, length = -1, json = -1] = offsets("hint");
    expect(content.toString("latin1", magic, format)).toBe("STOREHNT");
    expect(content.readUInt32LE(format)).toBe(HINT_FORMAT);
    expect(rows("hint")[1]?.[2]).toBe(`format of the hint: ${HINT_FORMAT}`);
    const behind = json + content.readUInt32LE(length);
    const about = JSON.parse(content.toString("utf8", json, behind));
    const { uuid, segments } = manifestIn(disk.read("MANIFEST"));
    expect(about).toEqual({
      format: HINT_FORMAT,
      uuid,
      sequence: 5,
      records: 4,
      liveBytes: 21 + 16 + 2 + 2 + 4 + value.length + 21 + 21,
      segments: segments.map(({ id, length: end }) => ({ id, length: end })),
    });
    for (const member of Object.keys(about)) expect(page).toContain(`\`${member}\``);
    const salt = crc32(about.uuid);
    expect(content.readUInt32LE(behind)).toBe(crc32(content.subarray(0, behind), salt));

    const chunk = content.subarray(behind + 4);
    const [sum = -1, size = -1, entries = -1] = offsets("chunk");
    expect(chunk.readUInt32LE(sum)).toBe(crc32(chunk.subarray(size), salt));
    expect(chunk.readUInt32LE(size)).toBe(chunk.length - entries);
    const log = disk.read("000001.log");
    expect(rows("in an entry").map(([part]) => part)).toEqual([
      "head",
      "length",
      "distance",
      "key",
    ]);
    let at = entries;
    const varint = () => {
      let value = 0;
      for (let bits = 0; ; bits += 7) {
        const byte = chunk[at++] ?? 0;
        value += (byte % 0x80) * 2 ** bits;
        if (byte < 0x80) return value;
      }
    };
    const found: StoreRecord[] = [];
    const heads: number[] = [];
    let frameBytes = 0;
    let place = 0;
    while (at < chunk.length) {
      const head = varint();
      heads.push(head);
      if (head % 2 === 1) frameBytes = varint();
      const distance = head % 4 >= 2 ? varint() : 0;
      place += distance % 2 === 0 ? distance / 2 : -(distance + 1) / 2;
      const record = decodeRecord(log, place + FRAME_HEADER_BYTES, place + frameBytes);
      place += frameBytes;
      const key = chunk.subarray(at, at + Math.floor(head / 4));
      expect(decodeKey(key)).toEqual(record[0]);
      at += key.length;
      found.push(record);
    }
    expect(found).toEqual([
      ["a", 2],
      ["b", value],
      ["c", 3],
      ["d", 4],
    ]);
    expect(heads.map((head) => head % 4)).toEqual([3, 3, 3, 0]);
  });

  test("has the kinds of frames and the flags", () => {
    const kinds = rows("effect").map(([kind, value]) => [kind, Number(value)]);
    expect(kinds).toEqual(Object.entries(FrameKind));
    const flags = rows("flag").map(([, value]) => Number(value));
    for (const [began, goesOn] of [
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const frame = Buffer.alloc(FRAME_HEADER_BYTES);
      writeFrameHeader(frame, 0, frame.length, 1, FrameKind.end);
      markBatch(frame, 0, began, goesOn);
      expect(frame[14]).toBe(6 + (goesOn ? (flags[0] ?? 0) : 0) + (began ? (flags[1] ?? 0) : 0));
      expect([frameKind(frame, 0), batchBegan(frame, 0), batchGoesOn(frame, 0)]).toEqual([
        6,
        began,
        goesOn,
      ]);
    }
  });
});
