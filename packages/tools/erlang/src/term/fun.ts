import { types } from "node:util";
import { isAtomText, writeAtom } from "./atom.js";
import type { ByteReader } from "./byte-reader.js";
import type { ByteWriter } from "./byte-writer.js";
import { isPid, readAtomWithTag, readPid, writePid } from "./identifier.js";
import { specialOf } from "./special.js";
import { Tag } from "./tag.js";
import { TermError } from "./term-error.js";

/** Which function of which version of a module it is, and the values that it took along. */
export type Fun = readonly [
  module: string,
  arity: number,
  index: number,
  /** The MD5 sum of the module's code. */
  version: Uint8Array,
  oldIndex: number,
  oldVersion: number,
  maker: unknown,
  values: readonly unknown[],
];

const VERSION_BYTES = 16;

/** @param readPart reads a term within this one */
export function readFun(reader: ByteReader, readPart: () => unknown): unknown {
  const end = reader.position + reader.u32();
  const arity = reader.u8();
  const version = new Uint8Array(reader.bytes(VERSION_BYTES));
  const index = reader.u32();
  const count = reader.count(reader.u32(), 1);
  const module = readAtomWithTag(reader);
  const oldIndex = readPart();
  const oldVersion = readPart();
  const tag = reader.u8();
  if (tag !== Tag.newPid && tag !== Tag.pid) throw new TermError("a fun has no pid");
  const maker = readPid(reader, tag);
  const values = Array.from({ length: count }, readPart);
  if (reader.position !== end) throw new TermError("a fun doesn't end where it says");
  const fun = [module, arity, index, version, oldIndex, oldVersion, maker, values];
  if (!isFun(fun)) throw new TermError("a fun isn't written as one");
  return { $fun: fun };
}

export function isFun(content: unknown): content is Fun {
  if (!Array.isArray(content) || content.length !== 8) return false;
  const [module, arity, index, version, oldIndex, oldVersion, maker, values]: readonly unknown[] =
    content;
  return (
    isAtomText(module) &&
    isUnsigned(arity, 2 ** 8) &&
    isUnsigned(index, 2 ** 32) &&
    types.isUint8Array(version) &&
    version.length === VERSION_BYTES &&
    isUnsigned(oldIndex, 2 ** 31) &&
    isUnsigned(oldVersion, 2 ** 53) &&
    isPid(specialOf(maker)?.[1]) &&
    Array.isArray(values)
  );
}

/** @param writePart writes a term within this one */
export function writeFun(writer: ByteWriter, fun: Fun, writePart: (value: unknown) => void): void {
  const [module, arity, index, version, oldIndex, oldVersion, maker, values] = fun;
  writer.u8(Tag.newFun);
  const start = writer.length;
  writer.u32(0);
  writer.u8(arity);
  writer.bytes(version);
  writer.u32(index);
  writer.u32(values.length);
  writeAtom(writer, module);
  writePart(oldIndex);
  writePart(oldVersion);
  const pid = specialOf(maker)?.[1];
  if (isPid(pid)) writePid(writer, pid);
  for (const value of values) writePart(value);
  writer.patchU32(start, writer.length - start);
}

function isUnsigned(value: unknown, limit: number): value is number {
  return (
    typeof value === "number" &&
    Number.isInteger(value) &&
    value >= 0 &&
    value < limit &&
    !Object.is(value, -0)
  );
}
