/**
 * What stands in a record's body for a value that MessagePack, or msgpackr, has no form for, or would change. It is a
 * MessagePack bin, which means nothing else there; its first byte says of which kind it is. It is no MessagePack
 * extension since msgpackr keeps the readers of these in a registry that belongs to the whole program.
 *
 * Either the rest of the bin is the value, or the bin is the head of an array, and the elements after it are what the
 * value is made of. The kinds reach the disk: never change what one means.
 */
const BYTES = 0;
const NEGATIVE_ZERO = 1;
const BIGINT = 2;
const TEXT = 3;
const DATE = 4;
const MAP = 5;
const SET = 6;
const OBJECT = 7;
const BARE_OBJECT = 8;

/** -0. */
export const negativeZero = Uint8Array.of(NEGATIVE_ZERO);
/** Then keys and values by turns. */
export const mapHead = Uint8Array.of(MAP);
/** Then the members. */
export const setHead = Uint8Array.of(SET);
/** Then names and values by turns. */
export const objectHead = Uint8Array.of(OBJECT);
/** Then names and values by turns, of an object without a prototype. */
export const bareObjectHead = Uint8Array.of(BARE_OBJECT);

export function bytesStandIn(bytes: Uint8Array): Uint8Array {
  const standIn = create(BYTES, bytes.length);
  standIn.set(bytes, 1);
  return standIn;
}

/** For any size: a byte for the sign, 1 if negative; then the magnitude, the most significant byte first. */
export function bigintStandIn(value: bigint): Uint8Array {
  const digits = (value < 0n ? -value : value).toString(16);
  const size = Math.ceil(digits.length / 2);
  const standIn = create(BIGINT, 1 + size);
  standIn[1] = value < 0n ? 1 : 0;
  standIn.write(digits.padStart(size * 2, "0"), 2, "hex");
  return standIn;
}

/** For any UTF-16 code units, the low byte of each first. */
export function textStandIn(text: string): Uint8Array {
  const standIn = create(TEXT, text.length * 2);
  standIn.write(text, 1, "utf16le");
  return standIn;
}

/** Milliseconds since the epoch as a float64, the most significant byte first; NaN for an invalid date. */
export function dateStandIn(date: Date): Uint8Array {
  const standIn = create(DATE, 8);
  standIn.writeDoubleBE(date.getTime(), 1);
  return standIn;
}

function create(kind: number, size: number): Buffer {
  const standIn = Buffer.allocUnsafe(1 + size);
  standIn[0] = kind;
  return standIn;
}

/** The value for which a stand-in that is no head stands. Throws for others. */
export function readStandIn(standIn: Buffer): unknown {
  switch (standIn[0]) {
    case BYTES:
      return new Uint8Array(standIn.subarray(1));
    case NEGATIVE_ZERO:
      return -0;
    case BIGINT:
      return readBigint(standIn);
    case TEXT:
      return standIn.toString("utf16le", 1);
    case DATE:
      return new Date(standIn.readDoubleBE(1));
    default:
      throw new TypeError("a stand-in of no known kind");
  }
}

function readBigint(standIn: Buffer): bigint {
  const magnitude = BigInt(`0x${standIn.toString("hex", 2)}`);
  return standIn[1] === 1 ? -magnitude : magnitude;
}

export function isHead(standIn: Uint8Array): boolean {
  return (standIn[0] as number) >= MAP;
}

/** The value of an array that begins with `head`. Throws where it can't be made of the rest. */
export function build(head: Uint8Array, list: readonly unknown[]): object {
  switch (head[0]) {
    case MAP:
      return buildMap(list);
    case SET:
      return new Set(list.slice(1));
    case OBJECT:
      return addMembers({}, list);
    case BARE_OBJECT:
      return addMembers(Object.create(null), list);
    default:
      throw new TypeError("a head of no known kind");
  }
}

function buildMap(list: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  for (let index = 1; index < list.length; index += 2) map.set(list[index], list[index + 1]);
  return map;
}

function addMembers(object: object, list: readonly unknown[]): object {
  for (let index = 1; index < list.length; index += 2) {
    const name = list[index];
    if (typeof name !== "string") throw new TypeError("a name of an object that is no string");
    // Assigning `__proto__` would set the prototype.
    Object.defineProperty(object, name, {
      value: list[index + 1],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return object;
}
