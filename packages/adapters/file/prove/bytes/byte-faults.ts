import { type FaultFamily, joined } from "./fault.js";
import type { Specimen } from "./specimen.js";

/** A file with more bytes than that is of one long record mostly: there not each byte is tried. */
const MANY_BYTES = 2 ** 14;
/** Bytes at either end of such a file that are tried all the same. */
const END_BYTES = 256;
/** Further in, one of so many. */
const STRIDE = 1_021;

/** Every bit of every file is another. */
export function flips({ files, paths }: Specimen): FaultFamily {
  return joined(
    paths.map((path) => {
      const content = files.get(path) as Buffer;
      const offsets = offsetsIn(content);
      return {
        count: 8 * offsets.length,
        at(number) {
          const at = offsets[number >> 3] as number;
          const flipped = Buffer.from(content);
          flipped.writeUInt8(content.readUInt8(at) ^ (1 << (number & 7)), at);
          return {
            name: `bit ${number & 7} of byte ${at} of ${path} is another`,
            changes: new Map([[path, flipped]]),
            place: { kind: "flip", path, at },
          };
        },
      };
    }),
  );
}

/** Every file ends at every byte. */
export function cuts({ files, paths }: Specimen): FaultFamily {
  return joined(
    paths.map((path) => {
      const content = files.get(path) as Buffer;
      const offsets = offsetsIn(content);
      return {
        count: offsets.length,
        at(number) {
          const at = offsets[number] as number;
          return {
            name: `${path} ends at byte ${at}`,
            changes: new Map([[path, content.subarray(0, at)]]),
            place: { kind: "cut", path, at },
          };
        },
      };
    }),
  );
}

function offsetsIn({ length }: Buffer): readonly number[] {
  const all = Array.from({ length }, (_, offset) => offset);
  if (length <= MANY_BYTES) return all;
  const isAtAnEnd = (offset: number) => offset < END_BYTES || offset >= length - END_BYTES;
  return all.filter((offset) => isAtAnEnd(offset) || offset % STRIDE === 0);
}
