/** As deep as core lets keys be. */
const MAX_DEPTH = 1_000;

/** Why something isn't a record; undefined if it is one. What is in its elements was checked by whoever decoded it. */
export function checkRecord(record: unknown): string | undefined {
  if (!Array.isArray(record)) return "a record is an array: its key, and its elements";
  if (record.length === 0) return "a record has a key; this one is empty";
  return isKey(record[0], 0)
    ? undefined
    : "the key of a record is a string, a number, a bigint, a boolean, null, bytes, or an array of these";
}

function isKey(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "bigint":
      return true;
    case "number":
      return !Number.isNaN(value);
    case "object":
      if (value === null || value instanceof Uint8Array) return true;
      return (
        Array.isArray(value) &&
        depth < MAX_DEPTH &&
        value.every((element) => isKey(element, depth + 1))
      );
    default:
      return false;
  }
}
