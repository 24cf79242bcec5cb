/**
 * Doubles, as many as asked for, that share a hash of MurmurHash3's mixing without a seed, which `hashValue` was: the
 * second word of each is computed from the first one, by inverting the mixing.
 */
export function collidingDoubles(count: number): number[] {
  const float = new Float64Array(1);
  const words = new Int32Array(float.buffer);
  const doubles: number[] = [];
  for (let index = 0; doubles.length < count; index++) {
    words[0] = index * 7_919;
    words[1] = wordFor(words[0] as number, 12_345);
    const double = float[0] as number;
    if (Number.isFinite(double) && !Number.isInteger(double)) doubles.push(double);
  }
  return doubles;
}

/** One round of that hash. */
export function murmur(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul(rotated(k, 15), 0x1b873593);
  return (Math.imul(rotated(hash ^ k, 13), 5) + 0xe6546b64) | 0;
}

/** The word that takes it from one hash to another. */
function wordFor(hash: number, wanted: number): number {
  const mixed = rotated(Math.imul((wanted - 0xe6546b64) | 0, inverse(5)), 19);
  const k = rotated(Math.imul(mixed ^ hash, inverse(0x1b873593)), 17);
  return Math.imul(k, inverse(0xcc9e2d51));
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Of an odd number, modulo 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let result = odd;
  for (let round = 0; round < 5; round++) result = Math.imul(result, 2 - Math.imul(odd, result));
  return result;
}
