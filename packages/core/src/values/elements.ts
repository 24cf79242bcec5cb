/** By measurement: up to so many elements a loop is faster than a built-in method. */
const FEW_ELEMENTS = 16;

/** An array with fewer elements than this is copied at once; of a longer one, most may be holes. */
const MANY_ELEMENTS = 1_000;

/**
 * The elements of an array in an array of this realm; if it has holes, those up to the first one, which is the last.
 * Calls nothing of the array's own: `slice`, `map` and their like would ask its `constructor` for the array to fill.
 */
export function copyElements(value: readonly unknown[]): unknown[] {
  const { length } = value;
  if (length <= FEW_ELEMENTS) return copyFewElements(value, length);
  if (length >= MANY_ELEMENTS) return copyManyElements(value, length);
  const elements = withoutSpecies.call(value, 0, 0);
  return elements.includes(undefined) ? cutAtHole(elements, value) : elements;
}

function copyFewElements(value: readonly unknown[], length: number): unknown[] {
  const elements = new Array<unknown>(length);
  let isWhole = true;
  for (let index = 0; index < length; index++) {
    const element = value[index];
    elements[index] = element;
    if (element === undefined) isWhole = false;
  }
  return isWhole ? elements : cutAtHole(elements, value);
}

function copyManyElements(value: readonly unknown[], length: number): unknown[] {
  const elements: unknown[] = [];
  for (let index = 0; index < length; index++) {
    const element = value[index];
    if (element === undefined && !Object.hasOwn(value, index)) {
      elements.length = index + 1;
      break;
    }
    elements.push(element);
  }
  return elements;
}

/** Cuts a copy, in which holes have become undefined, behind the first hole of the original, and makes it one again. */
function cutAtHole(elements: unknown[], original: readonly unknown[]): unknown[] {
  const hole = elements.findIndex(
    (element, index) => element === undefined && !Object.hasOwn(original, index),
  );
  if (hole >= 0) {
    elements.length = hole;
    elements.length = hole + 1;
  }
  return elements;
}

const withoutSpecies = Array.prototype.toSpliced as (
  this: unknown,
  start: number,
  skip: number,
) => unknown[];
