import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { logHeader, readLogHeader } from "../../src/format/log/log-header.js";

const IDENTITY = { directory: Uint8Array.from({ length: 16 }, (_, index) => index), id: 7 };

test("a header says whose segment it is", () => {
  expect(readLogHeader(logHeader(IDENTITY))).toEqual(IDENTITY);
});

test("a header of which a bit is another is none", () => {
  for (let at = 0; at < 64; at++) {
    const header = logHeader(IDENTITY);
    header.writeUInt8(header.readUInt8(at) ^ (1 << (at % 8)), at);
    expect(readLogHeader(header), `byte ${at}`).toBe(undefined);
  }
  expect(readLogHeader(logHeader(IDENTITY).subarray(0, 63))).toBe(undefined);
});

test("of a header of a later format, the version is all that is known", () => {
  const header = logHeader(IDENTITY);
  header.writeUInt32LE(3, 8);
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  expect(readLogHeader(header)).toEqual({ newerFormat: 3 });
});
