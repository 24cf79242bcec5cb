import { StoreError, type TableType } from "@store/core";
import type { FileBytes } from "../source/file-bytes.js";
import { md5 } from "../source/md5.js";
import { BASE, COOKIE, HEADER_BYTES, MAX_SLOTS, VERSION } from "./layout.js";

/** What a dets file says of itself. */
export interface DetsHeader {
  readonly type: Exclude<TableType, "ordered_set">;
  readonly keyPosition: number;
  readonly slots: number;
  readonly objects: number;
  readonly keys: number;
  /** Whether it was closed: if not, the counts and the slots may be older than what it holds. */
  readonly isClosed: boolean;
  /** Why the header, or the end of the file, can't be what was written. */
  readonly problem: string | undefined;
}

const TYPES = [undefined, "set", "bag", "duplicate_bag"] as const;

/** Where the MD5 sum of the header is, and what it is of. */
const SUM_START = 168;
const SUM_END = 184;
const SUMMED_START = 12;

export function isDets(file: FileBytes): boolean {
  return file.size >= HEADER_BYTES && file.u32(4) === COOKIE;
}

export function readDetsHeader(file: FileBytes): DetsHeader {
  const head = Buffer.from(file.read(0, HEADER_BYTES));
  const version = head.readUInt32BE(16);
  checkVersion(version, file.path);
  checkSum(head, file.path);
  const type = TYPES[head.readUInt32BE(12)];
  const keyPosition = head.readUInt32BE(28);
  if (type === undefined || keyPosition === 0)
    throw new StoreError(
      "STORE_CORRUPT",
      `"${file.path}" is a dets file whose header is damaged: of what type it is`,
    );
  const closedProperly = head.readUInt32BE(8);
  const slots = head.readUInt32BE(24);
  return {
    type,
    keyPosition,
    slots,
    objects: head.readUInt32BE(32),
    keys: head.readUInt32BE(36),
    isClosed: closedProperly === 1,
    problem: problemOf(file, head, slots),
  };
}

/** What a version before 9 was, nobody has written since 2001. */
function checkVersion(version: number, path: string): void {
  if (version === VERSION) return;
  if (version > VERSION && version < 2 ** 8)
    throw new StoreError(
      "STORE_NEWER_FORMAT",
      `"${path}" is a dets file of version ${version}; known is ${VERSION}`,
    );
  if (version === VERSION - 1)
    throw new StoreError(
      "STORE_NOT_SUPPORTED",
      `"${path}" is a dets file of version 8, as OTP wrote until R7`,
    );
  throw new StoreError(
    "STORE_CORRUPT",
    `"${path}" is a dets file whose header is damaged: its version`,
  );
}

/** Without its header a file doesn't say where in an object its key is. Files of OTP R10 and before have no sum. */
function checkSum(head: Buffer, path: string): void {
  const sum = head.subarray(SUM_START, SUM_END);
  if (!sum.every((byte) => byte === 0) && !sum.equals(md5(head.subarray(SUMMED_START, SUM_START))))
    throw new StoreError(
      "STORE_CORRUPT",
      `"${path}" is a dets file whose header isn't what was written`,
    );
}

function problemOf(file: FileBytes, head: Buffer, slots: number): string | undefined {
  const closedProperly = head.readUInt32BE(8);
  if (closedProperly > 1) return "it says neither closed nor opened";
  if (slots === 0 || slots > MAX_SLOTS || slots % 256 !== 0) return `it can't have ${slots} slots`;
  if (closedProperly === 0) return undefined;
  if (file.size < BASE + 4) return "it is cut in its first bytes";
  // The base of what is allocated is subtracted, so that OTP R14 repairs what it can't read.
  const size = file.u32(file.size - 4) + head.readUInt32BE(184);
  return size % 2 ** 32 === file.size % 2 ** 32
    ? undefined
    : "it hasn't the size that it had when it was closed";
}
