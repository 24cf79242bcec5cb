/** What is larger is cut in two, each of which has 32 bits. */
export const SPLIT_BY = 1e8;
export const SPLIT_DIGITS = 8;
/** 00 to 99, two bytes each. */
export const DIGIT_PAIRS = Uint16Array.from({ length: 100 }, (_, pair) =>
  Buffer.from(String(pair).padStart(2, "0")).readUInt16BE(),
);

/** How many digits an integer below {@link SPLIT_BY} has. */
export function digitsOf(value: number): number {
  if (value < 10_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    return value < 1_000 ? 3 : 4;
  }
  if (value < 1_000_000) return value < 100_000 ? 5 : 6;
  return value < 10_000_000 ? 7 : 8;
}
