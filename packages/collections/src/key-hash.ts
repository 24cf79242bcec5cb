import type { Key } from "@store/core";

/** A 32-bit hash by content: equal keys have equal ones. */
export function hashKey(key: Key): number {
  switch (typeof key) {
    case "string":
      return hashString(key, 1);
    case "number":
      return hashNumber(key);
    case "bigint":
      return hashString(key.toString(36), 2);
    case "boolean":
      return key ? 3 : 4;
    default:
      if (key === null) return 5;
      return key instanceof Uint8Array ? hashBytes(key) : hashTuple(key);
  }
}

/** Whether two keys are one: of one type and one content. */
export function equalKeys(a: Key, b: Key): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const isBytes = a instanceof Uint8Array;
  if (isBytes !== b instanceof Uint8Array || a.length !== b.length) return false;
  if (isBytes) return a.every((byte, index) => byte === b[index]);
  return a.every((element, index) => equalKeys(element, b[index] as Key));
}

function hashString(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) hash = mix(hash, text.charCodeAt(index));
  return hash;
}

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

function hashNumber(value: number): number {
  // A small integer needs no look at its bits. -0 is one here: it is the key 0.
  if ((value | 0) === value) return mix(6, value);
  float[0] = value;
  return mix(words[0] as number, words[1] as number);
}

function hashBytes(bytes: Uint8Array): number {
  let hash = 7;
  for (const byte of bytes) hash = mix(hash, byte);
  return hash;
}

function hashTuple(tuple: readonly Key[]): number {
  let hash = 8;
  for (const element of tuple) hash = mix(hash, hashKey(element));
  return hash;
}

/** One round of MurmurHash3's mixing. */
function mix(hash: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
