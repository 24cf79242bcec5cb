import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { Tag } from "./tag.js";
import { TermError } from "./term-error.js";

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** The largest that Erlang itself makes: 2^26 bits. */
const MAX_BIG_BYTES = 2 ** 23;

/** An integer as a number if it is a safe one, else as a bigint: so both are told apart by their size alone. */
export function integerOf(value: bigint): number | bigint {
  return isSafe(value) ? Number(value) : value;
}

export function isSafe(value: bigint): boolean {
  return value >= -LARGEST && value <= LARGEST;
}

/** The magnitude has its least significant byte first. */
export function readBig(reader: ByteReader, bytes: number): number | bigint {
  const sign = reader.u8();
  if (sign > 1) throw new TermError(`an integer has the sign ${sign}`);
  const magnitude = Buffer.from(reader.bytes(bytes)).reverse();
  const value = bytes === 0 ? 0n : BigInt(`0x${magnitude.toString("hex")}`);
  return integerOf(sign === 1 ? -value : value);
}

/** In the shortest form, as Erlang writes it: `binary_to_term` compares by value, but others compare the bytes. */
export function writeInteger(writer: ByteWriter, value: number | bigint): void {
  if (typeof value === "number") {
    if (value >= 0 && value < 256) {
      writer.u8(Tag.smallInteger);
      writer.u8(value);
      return;
    }
    if (value >= -(2 ** 31) && value < 2 ** 31) {
      writer.u8(Tag.integer);
      writer.i32(value);
      return;
    }
  }
  writeBig(writer, BigInt(value));
}

function writeBig(writer: ByteWriter, value: bigint): void {
  const hex = (value < 0n ? -value : value).toString(16);
  const magnitude = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").reverse();
  if (magnitude.length > MAX_BIG_BYTES)
    throw new TermError(
      `an integer of ${magnitude.length} bytes is more than Erlang can hold`,
      "STORE_INVALID_RECORD",
    );
  if (magnitude.length < 256) {
    writer.u8(Tag.smallBig);
    writer.u8(magnitude.length);
  } else {
    writer.u8(Tag.largeBig);
    writer.u32(magnitude.length);
  }
  writer.u8(value < 0n ? 1 : 0);
  writer.bytes(magnitude);
}
