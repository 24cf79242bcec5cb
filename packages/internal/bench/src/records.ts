/** What every engine is given: keys of ten characters, values of 90, all different; the same each time. */
export interface Records {
  /** In ascending order. */
  readonly keys: readonly string[];
  readonly values: readonly string[];
  /** The keys in another order. */
  readonly shuffled: readonly string[];
}

const KEY_LENGTH = 10;
const VALUE_LENGTH = 90;
/** No two keys stand side by side. */
const STRIDE = 919;

export function makeRecords(count: number): Records {
  const keys = Array.from({ length: count }, (_, index) => keyAt(index));
  const values = Array.from({ length: count }, (_, index) => valueAt(index));
  return { keys, values, shuffled: shuffle(keys) };
}

function keyAt(index: number): string {
  return `k${String(index * STRIDE).padStart(KEY_LENGTH - 1, "0")}`;
}

/** Flat in memory, as what was read from somewhere is. */
function valueAt(index: number): string {
  return Buffer.from(`value ${index} `.padEnd(VALUE_LENGTH, "abcdefghij")).toString("latin1");
}

function shuffle(keys: readonly string[]): string[] {
  const result = [...keys];
  let state = 1;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other] as string, result[last] as string];
  }
  return result;
}
