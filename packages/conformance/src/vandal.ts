import { types } from "node:util";
import { holds } from "./assertion.js";

/** Changes everything that lets itself be changed: what is frozen can't do harm. */
export function vandalize(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (types.isDate(value)) value.setTime(99);
  else if (types.isUint8Array(value)) value.fill(99);
  else if (types.isMap(value)) {
    for (const [key, element] of value) [key, element].forEach(vandalize);
    value.set("vandalized", true);
    value.delete("a");
  } else if (types.isSet(value)) {
    value.forEach(vandalize);
    value.clear();
  } else {
    Object.values(value).forEach(vandalize);
    for (const name of Object.keys(value)) Reflect.set(value, name, "vandalized");
    if (Array.isArray(value) && !Object.isFrozen(value)) value.push("vandalized");
  }
}

/** Fails if something of the caller's was frozen. */
export function checkUnfrozen(value: unknown): void {
  if (typeof value !== "object" || value === null || types.isUint8Array(value)) return;
  holds(!Object.isFrozen(value) && Object.isExtensible(value), "the caller's object was frozen");
  if (types.isMap(value)) [...value].flat().forEach(checkUnfrozen);
  else if (types.isSet(value)) value.forEach(checkUnfrozen);
  else Object.values(value).forEach(checkUnfrozen);
}
