/**
 * A text that is the same exactly for values that are the same: the types and the order of all parts count, prototypes,
 * the sign of 0, holes. Throws for what no record holds. Shares nothing with the encoding.
 */
export function show(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : showObject(value);
  }
  throw new Error(`a ${typeof value}`);
}

function showObject(value: object): string {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  switch (name) {
    case "Array": {
      const array = value as readonly unknown[];
      return `[${Array.from(array, (each, at) => (at in array ? show(each) : "hole")).join()}]`;
    }
    case "Date":
      return `Date(${(value as Date).getTime()})`;
    case "Map":
      return `Map(${[...(value as Map<unknown, unknown>)].map(show).join()})`;
    case "Set":
      return `Set(${[...(value as Set<unknown>)].map(show).join()})`;
    case "ArrayBuffer":
      return `ArrayBuffer(${[...new Uint8Array(value as ArrayBuffer)]})`;
    case "Object":
      return `${Object.getPrototypeOf(value) === null ? "bare" : ""}{${Object.entries(value)
        .map(([key, each]) => `${JSON.stringify(key)}:${show(each)}`)
        .join()}}`;
  }
  if (!ArrayBuffer.isView(value)) throw new Error(name);
  return `${name}(${[...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]})`;
}
