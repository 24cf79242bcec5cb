import { contentOf, type Packed } from "./packing.js";

/** What a value may come to that is kept in each checkpoint that has it: looking one up costs more than reading these. */
const SMALL = 256;

/** Whether a packed value comes to no more than some hundred bytes. It looks at no more than that of it. */
export function isSmall(packed: Packed): boolean {
  return rest(contentOf(packed), SMALL) >= 0;
}

/** What is left of the room, negative if it doesn't do. */
function rest(value: unknown, room: number): number {
  if (typeof value === "string") return room - 4 - value.length;
  if (typeof value === "bigint") return room - 4 - value.toString(16).length;
  if (typeof value !== "object" || value === null) return room - 4;
  if (ArrayBuffer.isView(value)) return room - 8 - value.byteLength;
  if (value instanceof ArrayBuffer) return room - 8 - value.byteLength;
  if (value instanceof Date) return room - 12;
  let left = room - 4;
  for (const part of partsOf(value)) {
    if (left < 0) return left;
    left = rest(part, left);
  }
  return left;
}

function* partsOf(value: object): Generator<unknown> {
  if (Array.isArray(value) || value instanceof Set) yield* value;
  else if (value instanceof Map) for (const [key, each] of value) yield* [key, each];
  else {
    for (const [key, each] of Object.entries(value)) yield* [key, each];
  }
}
