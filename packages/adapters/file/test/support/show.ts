/**
 * A value as a text that differs for any two that differ, if only in the order of a Map. Throws for what a record
 * can't hold.
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
    default:
      throw new TypeError(`not a value: ${typeof value}`);
  }
}

function showObject(value: object): string {
  switch (Object.getPrototypeOf(value)) {
    case Array.prototype:
      return `[${(value as unknown[]).map(show).join()}]`;
    case Uint8Array.prototype:
      return `bytes(${String(value)})`;
    case Date.prototype:
      return `date(${(value as Date).getTime()})`;
    case Map.prototype:
      return `map(${[...(value as Map<unknown, unknown>)].map(show).join()})`;
    case Set.prototype:
      return `set(${[...(value as Set<unknown>)].map(show).join()})`;
    case Object.prototype:
      return showMembers(value);
    case null:
      return `bare${showMembers(value)}`;
    default:
      throw new TypeError(`not a value: ${Object.prototype.toString.call(value)}`);
  }
}

function showMembers(value: object): string {
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${show(name)}:${show(member)}`).join()}}`;
}
