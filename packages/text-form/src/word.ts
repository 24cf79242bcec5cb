/** Words are written so many bytes at a time. */
export const PART_BYTES = 4;

/** Bytes that are written again and again. */
export interface Word {
  readonly parts: readonly number[];
  readonly length: number;
}

export function wordOf(text: string): Word {
  const bytes = Buffer.from(text);
  const padded = Buffer.concat([bytes, Buffer.alloc(PART_BYTES)]);
  const count = Math.ceil(bytes.length / PART_BYTES);
  const parts = Array.from({ length: count }, (_, index) =>
    padded.readUInt32BE(index * PART_BYTES),
  );
  return { parts, length: bytes.length };
}

export const TRUE = wordOf("true");
export const FALSE = wordOf("false");
export const NULL = wordOf("null");

/** Names of keys are remembered by where they stand, modulo this and one. */
export const LAST_PLACE = 255;

/** The names of keys that were written last, by where they stand, with what comes before them. */
export interface LastNames {
  readonly before: string;
  readonly keys: (string | undefined)[];
  readonly names: Word[];
}

export function lastNames(before: string): LastNames {
  return { before, keys: new Array<undefined>(LAST_PLACE + 1).fill(undefined), names: [] };
}
