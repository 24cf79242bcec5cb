/** Far ahead: a record of that moment is there throughout a test. */
export const LATER = 4_102_444_800_000;
