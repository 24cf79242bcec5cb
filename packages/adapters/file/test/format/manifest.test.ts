import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { decodeManifest, encodeManifest, type Manifest } from "../../src/format/manifest.js";

const MANIFEST: Manifest = {
  format: 2,
  uuid: "0123456789abcdef".repeat(2),
  clean: true,
  sequence: 5,
  nextId: 9,
  nextStorageId: 20,
  nextOrder: 3,
  runs: [{ id: 4, bytes: 1000, entries: 10, tombstones: 1, level: 0 }],
  logs: [7, 8],
};

/** A line whose checksum is right. */
function line(text: string): Buffer {
  return Buffer.from(`${crc32(text).toString(16).padStart(8, "0")} ${text}\n`);
}

test("a manifest is read as it was written", () => {
  expect(decodeManifest(encodeManifest(MANIFEST))).toEqual(MANIFEST);
  expect(decodeManifest(line(JSON.stringify(MANIFEST)))).toEqual(MANIFEST);
});

test("a line with a right checksum that isn't JSON is a damaged manifest", () => {
  const json = JSON.stringify(MANIFEST);
  for (const text of ["", "{", json.slice(0, -1), `${json}}`]) {
    expect(decodeManifest(line(text)), text).toBe("damaged");
  }
});
