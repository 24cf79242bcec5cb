import { crc32 } from "node:zlib";
import { encodeKey, encodeRecord } from "@store/codec";
import { writeVarint } from "../../src/format/varint.js";
import {
  FRAME_HEADER_BYTES,
  FrameKind,
  sealFrame,
  segmentSalt,
  writeFrameHeader,
} from "../../src/frame.js";
import { HINT_FORMAT } from "../../src/hint.js";
import { encodeManifest } from "../../src/manifest.js";
import { segmentHeader } from "../../src/segment.js";
import type { Disk } from "./disk.js";

const FAR = 5 * 2 ** 30;

/** Makes of the table `t` one whose only record, of key `far`, stands behind a hole of 5 GiB. It was closed. */
export class SparseTable {
  readonly value = "x".repeat(1_000);

  constructor(disk: Disk) {
    // The directories, and a lock that was given back.
    disk.open().close();
    const uuid = "0123456789abcdef0123456789abcdef";
    const id = 9;
    const table = Buffer.from(uuid, "hex");
    const body = Buffer.from(encodeRecord(["far", this.value]));
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + body.length);
    writeFrameHeader(frame, 0, frame.length, 1, FrameKind.put);
    frame.set(body, FRAME_HEADER_BYTES);
    sealFrame(frame, 0, frame.length, segmentSalt(table, id), FAR);

    disk.replaceAll("000009.log", [
      [0, segmentHeader({ table, id, covers: 0, type: 1 })],
      [FAR, frame],
    ]);
    const length = FAR + frame.length;
    const segments = [{ id, length }];
    disk.replaceAll("000009.hint", [
      [0, hint(uuid, frame.length, segments, Buffer.from(encodeKey("far")))],
    ]);
    const manifest = encodeManifest({
      format: 1,
      name: "t",
      uuid,
      type: "set",
      clean: true,
      sequence: 1,
      segments: [{ id, covers: 0, length }],
      hint: "000009.hint",
    });
    disk.replaceAll("MANIFEST", [[0, manifest]]);
  }
}

function hint(
  uuid: string,
  frameLength: number,
  segments: readonly { id: number; length: number }[],
  key: Buffer,
): Buffer {
  const salt = crc32(uuid);
  const json = Buffer.from(
    JSON.stringify({
      format: HINT_FORMAT,
      uuid,
      sequence: 1,
      records: 1,
      liveBytes: frameLength,
      segments,
    }),
  );
  const header = Buffer.alloc(16 + json.length + 4);
  header.write("STOREHNT", "latin1");
  header.writeUInt32LE(HINT_FORMAT, 8);
  header.writeUInt32LE(json.length, 12);
  header.set(json, 16);
  header.writeUInt32LE(crc32(header.subarray(0, 16 + json.length), salt), 16 + json.length);
  const chunk = Buffer.alloc(8 + 64);
  // Of another length, and in another place, than the one before, which isn't there.
  let end = writeVarint(chunk, 8, key.length * 4 + 1 + 2);
  end = writeVarint(chunk, end, frameLength);
  end = writeVarint(chunk, end, 2 * FAR);
  end += key.copy(chunk, end);
  chunk.writeUInt32LE(end - 8, 4);
  chunk.writeUInt32LE(crc32(chunk.subarray(4, end), salt), 0);
  return Buffer.concat([header, chunk.subarray(0, end)]);
}
