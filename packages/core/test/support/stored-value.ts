import fc from "fast-check";

/** Any value that a table can hold. */
export const storedValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf(),
    fc.array(tie("value"), { maxLength: 4 }),
    object(tie("value")),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 3 }).map((list) => new Map(list)),
    fc.array(tie("value"), { maxLength: 3 }).map((list) => new Set(list)),
  ),
})).value;

function leaf(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>(undefined, null, true, false, Number.NaN, -0, 0, 1, 1n, Infinity, ""),
    fc.string({ maxLength: 4 }),
    fc.constant("\ud800"),
    fc.double(),
    fc.bigInt(),
    fc.uint8Array({ maxLength: 4 }),
    fc.int16Array({ maxLength: 3 }),
    fc.float32Array({ maxLength: 3 }),
    fc.bigUint64Array({ maxLength: 2 }),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Uint8Array.from(bytes).buffer),
    fc.date({ noInvalidDate: false }),
  );
}

function object(value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const name = fc.constantFrom("a", "b", "length", "constructor", "__proto__", "0", "");
  const list = fc.uniqueArray(fc.tuple(name, value), { maxLength: 4, selector: ([key]) => key });
  return fc.tuple(list, fc.boolean()).map(([entries, bare]) => plain(entries, bare));
}

/** An object of these entries, which `Object.fromEntries` makes whatever their names. */
export function plain(entries: readonly (readonly [string, unknown])[], bare = false): object {
  const made = Object.fromEntries(entries);
  return bare ? Object.setPrototypeOf(made, null) : made;
}

export type Fields = Readonly<Record<string, unknown>>;

/** A value rebuilt from new parts, with all that doesn't matter turned round: orders, and whether objects are bare. */
export function turnedRound(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(turnedRound);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return structuredClone(value);
  if (value instanceof Date) return new Date(value.getTime());
  if (value instanceof Set) return new Set([...value].reverse().map(turnedRound));
  if (value instanceof Map) {
    const entries = [...value].reverse();
    return new Map(entries.map(([key, held]) => [turnedRound(key), turnedRound(held)]));
  }
  return plain(
    Object.entries(value)
      .reverse()
      .map(([name, held]) => [name, turnedRound(held)]),
    Object.getPrototypeOf(value) !== null,
  );
}

/** Picks one of so many, from 0. */
export type Choose = (count: number) => number;

/** A `choose` that goes by a number. */
export function choices(seed: number): Choose {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % count;
  };
}

/** The value with one place changed; `choose` picks the place. What comes out never equals what went in. */
export function changed(value: unknown, choose: Choose): unknown {
  if (typeof value !== "object" || value === null) return changedLeaf(value, choose);
  if (value instanceof Date) {
    return new Date(Number.isNaN(value.getTime()) ? 0 : choose(2) ? Number.NaN : +value + 1);
  }
  if (value instanceof ArrayBuffer) return changedBytes(new Uint8Array(value), choose).buffer;
  if (ArrayBuffer.isView(value) && !(value instanceof Uint8Array)) {
    // Of another type, or with another bit; which may be that of the sign, or one of a NaN.
    if (choose(2) || value.byteLength === 0) return new Uint8Array(value.buffer);
    const copy = structuredClone(value);
    const bytes = new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength);
    const at = choose(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << choose(8));
    return copy;
  }
  if (value instanceof Uint8Array) return changedBytes(value, choose);
  if (value instanceof Set) return changedSet(value, choose);
  if (value instanceof Map) {
    const entries = [...value];
    if (entries.length === 0) return new Map([[1, undefined]]);
    const at = choose(entries.length);
    return new Map(
      entries.map(([key, held], index) =>
        index === at ? [key, changed(held, choose)] : [key, held],
      ),
    );
  }
  if (Array.isArray(value)) return changedList(value, choose);
  return changedObject(value as Fields, choose);
}

function changedBytes(value: Uint8Array, choose: Choose): Uint8Array<ArrayBuffer> {
  if (value.length === 0 || choose(2)) return Uint8Array.of(...value, 0);
  return Uint8Array.from(value, (byte, index) => (index === value.length - 1 ? byte + 1 : byte));
}

function changedLeaf(value: unknown, choose: Choose): unknown {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "bigint") return choose(2) ? value + 1n : Number(value);
  if (typeof value === "number") {
    if (Number.isInteger(value) && choose(2)) return BigInt(value);
    return Object.is(value, 0) ? -0 : Object.is(value, -0) ? 0 : String(value);
  }
  return value === undefined ? null : value === null ? undefined : !value;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function changedSet(value: ReadonlySet<unknown>, choose: Choose): Set<unknown> {
  const members = [...value];
  // An object, if there is one: 0 for -0, say, would be no change in a Set.
  const at = members.findIndex(isObject);
  if (at < 0) return new Set(members.length > 0 ? members.slice(1) : ["added"]);
  return new Set(members.map((member, index) => (index === at ? changed(member, choose) : member)));
}

function changedList(list: readonly unknown[], choose: Choose): unknown[] {
  const at = choose(list.length + 1);
  if (at === list.length) return [...list, ["added"]];
  return list.map((element, index) => (index === at ? changed(element, choose) : element));
}

function changedObject(value: Fields, choose: Choose): object {
  const entries = Object.entries(value);
  const at = choose(entries.length + 1);
  if (at === entries.length) return plain([...entries, ["added", undefined]]);
  const [name, held] = entries[at] as [string, unknown];
  const others = entries.filter((_entry, index) => index !== at);
  return choose(2)
    ? plain(others)
    : plain([...others, [choose(2) ? `${name}x` : name, changed(held, choose)]]);
}
