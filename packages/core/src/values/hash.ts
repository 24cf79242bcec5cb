import { kindOf, typedArrayName } from "./kind.js";

/**
 * A 32-bit hash by content: equal values (see equality.ts) have equal hashes, whatever the order of an object's keys, a
 * Map's entries or a Set's members. Cost: the size of the value.
 */
export function hashValue(value: unknown): number {
  switch (typeof value) {
    case "string":
      return hashString(value, 1);
    case "number":
      return hashNumber(value);
    case "bigint":
      return hashString(value.toString(36), 2);
    case "object":
      return value === null ? 3 : hashObject(value);
    default:
      // boolean and undefined
      return value === true ? 4 : value === false ? 5 : 6;
  }
}

function hashObject(value: object): number {
  switch (kindOf(value)) {
    case "array":
      return hashSequence((value as readonly unknown[]).map(hashValue), 7);
    case "bytes":
      return hashSequence(value as Uint8Array, 8);
    case "typedarray":
      return mix(hashString(typedArrayName(value) ?? "", 14), hashSequence(bytesOf(value), 8));
    case "arraybuffer":
      return hashSequence(new Uint8Array(value as ArrayBuffer), 15);
    case "date":
      return mix(9, hashNumber((value as Date).getTime()));
    case "map":
      return hashUnordered([...(value as ReadonlyMap<unknown, unknown>)].map(hashEntry), 10);
    case "set":
      return hashUnordered([...(value as ReadonlySet<unknown>)].map(hashValue), 11);
    default:
      return hashUnordered(Object.entries(value).map(hashEntry), 12);
  }
}

function bytesOf(view: object): Uint8Array {
  const { buffer, byteOffset, byteLength } = view as ArrayBufferView;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function hashEntry([key, value]: readonly [unknown, unknown]): number {
  return mix(hashValue(key), hashValue(value));
}

function hashString(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = mix(hash, text.charCodeAt(index));
  return hash;
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

function hashNumber(value: number): number {
  // A small integer needs no look at its bits; -0 isn't one.
  if ((value | 0) === value && !Object.is(value, -0)) return mix(13, value);
  float[0] = Number.isNaN(value) ? Number.NaN : value;
  return mix(words[0] as number, words[1] as number);
}

function hashSequence(hashes: Iterable<number>, seed: number): number {
  let result = seed;
  for (const hash of hashes) result = mix(result, hash);
  return result;
}

function hashUnordered(hashes: readonly number[], seed: number): number {
  let sum = 0;
  for (const hash of hashes) sum = (sum + mix(seed, hash)) | 0;
  return mix(seed, sum);
}

/** One round of MurmurHash3's mixing. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
