import { types } from "node:util";
import { _ } from "@store/core";

const LONGEST_STRING = 200;
const LONGEST = 1_000;

/** A value as one would write it in JavaScript, cut where it gets too long to read. */
export function show(value: unknown): string {
  const text = write(value, []);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function write(value: unknown, above: readonly object[]): string {
  switch (typeof value) {
    case "string":
      return writeString(value);
    case "bigint":
      return writeBigint(`${value}`);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "symbol":
      return value === _ ? "_" : String(value);
    case "function":
      return `function ${value.name}`;
    case "object":
      if (value === null) return "null";
      if (above.includes(value)) return "(cycle)";
      return above.length > 20 ? "…" : writeObject(value, [...above, value]);
    default:
      return String(value);
  }
}

function writeString(text: string): string {
  if (text.length > LONGEST_STRING) return `(a string of ${text.length} characters)`;
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function writeBigint(digits: string): string {
  if (digits.length <= 60) return `${digits}n`;
  return `(${digits.slice(0, 10)}…${digits.slice(-10)}n, ${digits.length} digits)`;
}

function writeObject(value: object, above: readonly object[]): string {
  const list = (values: Iterable<unknown>) =>
    Array.from(values, (element) => write(element, above)).join(", ");
  if (Array.isArray(value)) return `[${list(value)}]`;
  if (Buffer.isBuffer(value)) return `Buffer.of(${[...value].join(", ")})`;
  if (types.isUint8Array(value)) return `Uint8Array.of(${[...value].join(", ")})`;
  if (types.isTypedArray(value)) return `${value[Symbol.toStringTag]}.of(${list([...value])})`;
  if (types.isArrayBuffer(value)) {
    return `Uint8Array.of(${[...new Uint8Array(value)].join(", ")}).buffer`;
  }
  if (types.isDate(value)) return `new Date(${value.getTime()})`;
  if (types.isMap(value)) return `new Map([${list(value)}])`;
  if (types.isSet(value)) return `new Set([${list(value)}])`;
  if (types.isNativeError(value)) return String(value);
  const handle = writeHandle(value);
  if (handle !== undefined) return handle;
  const members = Object.entries(value).map(
    ([name, element]) => `${writeName(name)}: ${write(element, above)}`,
  );
  if (Object.getPrototypeOf(value) === null) members.unshift("__proto__: null");
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** A table or a store: its members say nothing that a reader needs. */
function writeHandle(value: object): string | undefined {
  if ("lookup" in value && "insertMany" in value) {
    const { name, type } = value as { name?: unknown; type?: unknown };
    return `(the table ${JSON.stringify(name)}, of type ${String(type)})`;
  }
  return "ensureTable" in value ? "(a store)" : undefined;
}

function writeName(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
