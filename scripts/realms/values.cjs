/** A record of every kind of value, made of what the realm that loads this has. */

const bytes = [0, 1, 127, 128, 255, 3, 7, 9];

/** @returns {Record<string, unknown>} */
function values() {
  return {
    undefined,
    "minus zero": -0,
    "not a number": Number.NaN,
    "beyond 64 bits": 2n ** 200n + 1n,
    "beyond 64 bits, negative": -(2n ** 200n) - 1n,
    "a lone high surrogate": "a\ud800b",
    "a lone low surrogate": "\udc00",
    "a date": new Date(1_700_000_000_123),
    "no date": new Date(Number.NaN),
    bytes: Uint8Array.from(bytes),
    "a part of bytes": Uint8Array.from(bytes).subarray(2, 5),
    "a buffer": Uint8Array.from(bytes).buffer,
    "clamped bytes": Uint8ClampedArray.from(bytes),
    "signed bytes": Int8Array.from(bytes),
    "16 bits": Uint16Array.from(bytes),
    "signed 16 bits": Int16Array.from(bytes),
    "32 bits": Uint32Array.from(bytes),
    "signed 32 bits": Int32Array.from(bytes),
    "64 bits": BigUint64Array.of(0n, 2n ** 64n - 1n),
    "signed 64 bits": BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
    floats: Float32Array.of(0.5, -0, Number.NaN),
    doubles: Float64Array.of(0.1, Number.POSITIVE_INFINITY),
    "a map": new Map([[new Date(1), new Set([Uint8Array.of(1), 1n])]]),
    "an object without a prototype": Object.assign(Object.create(null), { a: [1] }),
    nested: { list: [new Date(2), { deep: Float32Array.of(1) }], set: new Set([[1n]]) },
  };
}

/** Whether two values are alike, whatever realm their classes are of.
 * @param {unknown} actual @param {unknown} expected
 */
function same(actual, expected) {
  const [found, right] = [shown(actual), shown(expected)];
  if (found !== right) throw new Error(`expected ${right}, found ${found}`);
}

/** @param {any} value @returns {string} */
function shown(value) {
  const tag = Object.prototype.toString.call(value);
  if (value === null || typeof value !== "object") {
    return `${typeof value} ${Object.is(value, -0) ? "-0" : JSON.stringify(String(value))}`;
  }
  if (tag === "[object Date]") return `Date ${value.getTime()}`;
  if (tag === "[object ArrayBuffer]") return `ArrayBuffer ${new Uint8Array(value).join()}`;
  if (ArrayBuffer.isView(value))
    return `${tag} ${[.../** @type {any} */ (value)].map(shown).join()}`;
  if (tag === "[object Map]" || tag === "[object Set]" || Array.isArray(value)) {
    return `${tag} (${[...value].map(shown).join()})`;
  }
  const hasPrototype = Object.getPrototypeOf(value) !== null;
  const members = Object.entries(value).map(([name, member]) => `${name}: ${shown(member)}`);
  return `${hasPrototype} {${members.join()}}`;
}

module.exports = { same, values };
