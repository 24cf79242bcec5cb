import { types } from "node:util";
import type { Kind } from "../protocol.js";

/** What a value is that a record may hold. */
export function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  const type = typeof value;
  if (type !== "object") return type as Kind;
  if (Array.isArray(value)) return "array";
  if (types.isUint8Array(value)) return "bytes";
  if (types.isTypedArray(value)) return "typedarray";
  if (types.isAnyArrayBuffer(value)) return "arraybuffer";
  if (types.isDate(value)) return "date";
  if (types.isMap(value)) return "map";
  if (types.isSet(value)) return "set";
  return "object";
}

/** The type of bytes, as a person calls it. */
export function typeOf(value: object): string {
  const kind = kindOf(value);
  if (kind === "bytes") return "bytes";
  if (kind === "arraybuffer") return "ArrayBuffer";
  return Object.prototype.toString.call(value).slice(8, -1);
}
