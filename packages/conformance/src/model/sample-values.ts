/** An object with a member of its own named `__proto__`, which an assignment would take for the prototype. */
export function withProto(value: unknown): object {
  return JSON.parse('{"__proto__":0}', (name, member) => (name === "__proto__" ? value : member));
}

/** An object without a prototype. */
export function bare(members: object): object {
  return Object.assign(Object.create(null), members);
}

/** The types of typed arrays that this engine has, but for Uint8Array. */
export const TYPED_ARRAYS: readonly TypedArrayType[] = [
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  ...("Float16Array" in globalThis ? [Reflect.get(globalThis, "Float16Array")] : []),
  Float32Array,
  Float64Array,
];

export interface TypedArrayType {
  readonly name: string;
  new (buffer?: ArrayBufferLike, byteOffset?: number): NodeJS.TypedArray;
}

/** Sixteen bytes, in which every type of typed array finds numbers, NaN of unusual bits among them. */
export function sixteenBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0x80, 0, 0x7e, 0xa5, 0x7f, 0xff, 0xff, 0xf8, 0xff);
}

/** An ArrayBuffer, and a typed array of each type: of bits of all kinds, of a part of its buffer, and empty. */
function binaryValues(): Record<string, () => unknown> {
  return Object.fromEntries([
    ["an ArrayBuffer", () => sixteenBytes().buffer],
    ["an empty ArrayBuffer", () => new ArrayBuffer(0)],
    ...TYPED_ARRAYS.flatMap((type): [string, () => unknown][] => [
      [`a ${type.name}`, () => new type(sixteenBytes().buffer)],
      [`a ${type.name} of a part of its buffer`, () => new type(sixteenBytes().buffer, 8)],
      [`an empty ${type.name}`, () => new type()],
    ]),
  ]);
}

/** Values of every kind that a record may hold, as functions, so that no two tests share an object. */
export const VALUES: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  zero: () => 0,
  "negative zero": () => -0,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-Infinity": () => Number.NEGATIVE_INFINITY,
  "the least number": () => Number.MIN_VALUE,
  "the greatest number": () => Number.MAX_VALUE,
  "a fraction": () => 0.1 + 0.2,
  "2 ** 31": () => 2 ** 31,
  "-(2 ** 31) - 1": () => -(2 ** 31) - 1,
  "the greatest safe integer": () => Number.MAX_SAFE_INTEGER,
  "2 ** 53": () => 2 ** 53,
  "0n": () => 0n,
  "1n": () => 1n,
  "-1n": () => -1n,
  "2n ** 63n": () => 2n ** 63n,
  "-(2n ** 63n)": () => -(2n ** 63n),
  "2n ** 64n - 1n": () => 2n ** 64n - 1n,
  "2n ** 64n": () => 2n ** 64n,
  "a bigint of a thousand digits": () => -(10n ** 1_000n) + 1n,
  "an empty string": () => "",
  "the string undefined": () => "undefined",
  "the string 1n": () => "1n",
  "a string with zeros": () => "\0a\0",
  "a string with line breaks and quotes": () => "\r\n\u2028\"'\\`",
  "Latin-1": () => "\u00ff\u0080",
  "combining characters": () => "e\u0301",
  emoji: () => "\u{1f468}\u200d\u{1f469}",
  "a lone high surrogate": () => "a\ud800b",
  "a lone low surrogate": () => "\udc00",
  "surrogates the wrong way round": () => "\udc00\ud800",
  "a byte order mark": () => "\ufeffa",
  "no bytes": () => new Uint8Array(),
  bytes: () => Uint8Array.of(0, 1, 127, 128, 255),
  "bytes of a larger buffer": () => Uint8Array.of(9, 1, 2, 9).subarray(1, 3),
  ...binaryValues(),
  date: () => new Date(1_700_000_000_123),
  "a date before 1970": () => new Date(-62_198_755_200_000),
  "an invalid date": () => new Date(Number.NaN),
  "the last date": () => new Date(8_640_000_000_000_000),
  "an empty array": () => [],
  "an array of undefined": () => [undefined, null, undefined],
  "an array of -0 and NaN": () => [-0, Number.NaN, 0],
  "an array of arrays": () => [[], [[]], [[1], [2, [3]]]],
  "an empty object": () => ({}),
  "an object": () => ({ b: 1, a: { c: [true, null] } }),
  "an object of undefined": () => ({ a: undefined }),
  "an object of numbered keys": () => ({ 1: "one", 0: "zero", "-1": "minus", "01": "string" }),
  "an object of odd keys": () => ({ "": 1, " ": 2, "a.b": 3, "\ud800": 4, é: 5, "\0": 6 }),
  "an object of keys of Object.prototype": () => ({
    constructor: 1,
    toString: "x",
    hasOwnProperty: null,
    valueOf: 2n,
    length: 5,
    toJSON: "not called",
  }),
  "an object with then": () => JSON.parse('{"then":"not a promise"}'),
  "an object with __proto__": () => withProto({ polluted: true }),
  "an object with __proto__: null": () => withProto(null),
  "an object without a prototype": () => bare({ a: 1, b: bare({}) }),
  "an object without a prototype, with __proto__": () => {
    const object = bare({ a: 1 });
    Object.defineProperty(object, "__proto__", {
      value: 1,
      enumerable: true,
      writable: true,
      configurable: true,
    });
    return object;
  },
  "an empty Map": () => new Map(),
  "a Map": () =>
    new Map<unknown, unknown>([
      ["a", 1],
      [1, "number"],
      [1n, "bigint"],
      ["1", "string"],
      [Number.NaN, Number.NaN],
      [null, undefined],
      [undefined, null],
      [true, -0],
    ]),
  "a Map of objects": () =>
    new Map<unknown, unknown>([
      [{ a: 1 }, { b: 2 }],
      [{ a: 1 }, { b: 3 }],
      [["x"], new Map([[new Date(1), new Set([1])]])],
    ]),
  "an empty Set": () => new Set(),
  "a Set": () => new Set([1, 1n, "1", Number.NaN, null, undefined, true, 0]),
  "a Set of objects": () => new Set([{ a: 1 }, { a: 1 }, [1], new Set([new Date(2)])]),
  "everything nested": () => ({
    list: [
      1n,
      new Date(3),
      Uint8Array.of(1),
      Float32Array.of(0.5),
      new ArrayBuffer(1),
      { deep: new Map([["k", [new Set(["m"])]]]) },
    ],
    map: new Map<unknown, unknown>([[["k"], { v: bare({ n: -0 }) }]]),
  }),
  "a long array": () => Array.from({ length: 5_000 }, (_unused, index) => index / 2),
  "an object of many members": () =>
    Object.fromEntries(Array.from({ length: 1_000 }, (_unused, index) => [`key ${index}`, index])),
  "a nesting of 1,000 levels": () => {
    let value: unknown = "deep";
    for (let level = 0; level < 500; level++) value = [{ value }];
    return value;
  },
  "one object in two places": () => {
    const shared = { a: [1] };
    return [shared, shared, { shared }];
  },
};
