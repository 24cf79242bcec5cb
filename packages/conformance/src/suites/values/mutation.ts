import { types } from "node:util";
import { holds } from "../../assertions/assertion.js";

/** Changes every part of a value that isn't frozen. */
export function mutateDeeply(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (types.isDate(value)) value.setTime(99);
  else if (types.isArrayBuffer(value)) new Uint8Array(value).fill(99);
  else if (types.isTypedArray(value)) {
    new Uint8Array(value.buffer, value.byteOffset, value.byteLength).fill(99);
  } else if (types.isMap(value)) {
    for (const [key, element] of value) [key, element].forEach(mutateDeeply);
    value.set("mutated", true);
    value.delete("a");
  } else if (types.isSet(value)) {
    value.forEach(mutateDeeply);
    value.clear();
  } else {
    Object.values(value).forEach(mutateDeeply);
    for (const name of Object.keys(value)) Reflect.set(value, name, "mutated");
    if (Array.isArray(value) && !Object.isFrozen(value)) value.push("mutated");
  }
}

/** Fails if a part of the caller's value was frozen. */
export function checkUnfrozen(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  holds(!Object.isFrozen(value) && Object.isExtensible(value), "the caller's object was frozen");
  if (types.isMap(value)) [...value].flat().forEach(checkUnfrozen);
  else if (types.isSet(value)) value.forEach(checkUnfrozen);
  else Object.values(value).forEach(checkUnfrozen);
}
