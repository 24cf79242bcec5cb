/** All objects in a value, itself and keys of Maps included. */
export function objectsIn(value: unknown, found: object[] = []): object[] {
  if (typeof value !== "object" || value === null) return found;
  found.push(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return found;
  const parts =
    value instanceof Map
      ? [...value].flat()
      : value instanceof Set
        ? [...value]
        : Object.values(value);
  for (const part of parts) objectsIn(part, found);
  return found;
}

/** Whether it can be changed even where it is frozen. */
export function isMutable(value: object): boolean {
  return (
    ArrayBuffer.isView(value) || [Date, Map, Set, ArrayBuffer].some((kind) => value instanceof kind)
  );
}

/** A value nested so many levels deep. */
export function nested(levels: number): unknown {
  let value: unknown = "end";
  for (let level = 0; level < levels; level++) value = level % 2 ? { in: value } : [value];
  return value;
}

/** A value in which a part occurs twice, in a part that occurs twice, and so on. */
export function doubled(times: number, part: unknown, double: (part: unknown) => unknown): unknown {
  let value = part;
  for (let time = 0; time < times; time++) value = double(value);
  return value;
}
