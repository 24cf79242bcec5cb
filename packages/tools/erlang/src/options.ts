import { StoreError } from "@store/core";

/** An option that is one of these words; the first of them if it isn't given. */
export function oneOf<T extends string>(
  call: string,
  name: string,
  value: T | undefined,
  words: readonly [T, ...T[]],
): T {
  if (value === undefined) return words[0];
  if (words.includes(value)) return value;
  const known = words.map((word) => JSON.stringify(word)).join(" or ");
  throw new StoreError(
    "STORE_INVALID_OPTIONS",
    `${call}: ${name} is ${known}, not ${shown(value)}`,
  );
}

export function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : `a ${typeof value}`;
}
