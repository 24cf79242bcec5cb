import { bufferLength, kindOf, mapForEach, setForEach, viewLength } from "./kind.js";

/**
 * How many parts a record may have. A part is an element of an array, a property, a key or a value of a Map, a member of
 * a Set, or 64 bytes of binary data, however deep; one that occurs in many places counts in each, as it is stored in
 * each. A record of ten million pairs is allowed; one of shared parts, where a few objects make up millions of millions,
 * isn't, for copying it would take hours.
 */
export const MAX_PARTS = 2 ** 25;

/** How many elements a tuple key may have, nested ones included. */
export const MAX_KEY_PARTS = 1_000_000;

/** A copy of more parts than this is worth a look at how many there will be. */
export const MANY_PARTS = 2 ** 16;

/** How many parts binary data of a length counts for. */
export function partsOfBytes(byteLength: number): number {
  return Math.ceil(byteLength / 64);
}

/**
 * How many parts a value has, looking at each object once: a value of shared parts is measured in no time, however many
 * there would be of them. A getter isn't called, and counts for one.
 *
 * @param maxDepth levels below this aren't looked at
 * @param mostObjects undefined is returned for a value of more objects
 */
export function measureParts(
  value: unknown,
  maxDepth: number,
  mostObjects: number,
): number | undefined {
  const measured = new Map<object, number>();
  try {
    return partsIn(value, 0);
  } catch (error) {
    if (error === tooMany) return undefined;
    throw error;
  }

  function partsIn(part: unknown, depth: number): number {
    if (typeof part !== "object" || part === null) return 0;
    const known = measured.get(part);
    if (known !== undefined) return known;
    if (depth === maxDepth) return 0;
    if (measured.size === mostObjects) throw tooMany;
    // A cycle is found by how deep it is.
    measured.set(part, 0);
    let parts = 0;
    const add = (inner: unknown) => {
      parts += 1 + partsIn(inner, depth + 1);
    };
    switch (kindOf(part)) {
      case "array":
        for (let index = 0; index < (part as unknown[]).length; index++) {
          add((part as unknown[])[index]);
        }
        break;
      case "object":
        for (const name of Object.keys(part)) {
          add(Object.getOwnPropertyDescriptor(part, name)?.value);
        }
        break;
      case "map":
        mapForEach.call(part, (element, key) => {
          add(key);
          add(element);
        });
        break;
      case "set":
        setForEach.call(part, add);
        break;
      case "bytes":
      case "typedarray":
        parts = partsOfBytes(viewLength.call(part));
        break;
      case "arraybuffer":
        parts = partsOfBytes(bufferLength.call(part));
        break;
    }
    measured.set(part, parts);
    return parts;
  }
}

const tooMany = new Error("more objects than were to be measured");
