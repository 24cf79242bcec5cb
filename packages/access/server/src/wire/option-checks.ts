import { inspect } from "node:util";

/** What a timer takes, in milliseconds. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;

export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw new TypeError(`${name} must be an integer from ${least} to ${most}; got ${inspect(value)}`);
}

/** Refuses options with other names. */
export function refuseOthers(given: object, names: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`there is no option ${inspect(unknown)}`);
}
