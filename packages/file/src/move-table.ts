import { SEGMENT_SPAN } from "./segment.js";

/** Runs of frames that stood, and stand, one after another, ascending: all of a run moved as far. */
interface Runs {
  /** Where the first and the last frame of each run were. */
  first: Float64Array;
  last: Float64Array;
  /** How far they moved. */
  shift: Float64Array;
  count: number;
}

/** Where frames were that were copied, and where they are now: 24 bytes for each run of them. */
export class MoveTable {
  /** By the index of the segment that they were in. */
  readonly #runs = new Map<number, Runs>();

  /** @param from in each segment, ascending */
  add(from: number, to: number): void {
    const runs = this.#runsIn(Math.floor(from / SEGMENT_SPAN));
    const shift = to - from;
    // A frame between the two that wasn't copied would have made another shift.
    if (runs.count > 0 && runs.shift[runs.count - 1] === shift) {
      runs.last[runs.count - 1] = from;
      return;
    }
    if (runs.count === runs.first.length) {
      runs.first = grown(runs.first);
      runs.last = grown(runs.last);
      runs.shift = grown(runs.shift);
    }
    runs.first[runs.count] = from;
    runs.last[runs.count] = from;
    runs.shift[runs.count] = shift;
    runs.count++;
  }

  /** Where the frame of a position is now: where it was, if it wasn't moved. */
  find(position: number): number {
    const runs = this.#runs.get(Math.floor(position / SEGMENT_SPAN));
    if (runs === undefined) return position;
    let low = 0;
    let high = runs.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((runs.last[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    const isMoved = low < runs.count && (runs.first[low] as number) <= position;
    return isMoved ? position + (runs.shift[low] as number) : position;
  }

  #runsIn(index: number): Runs {
    let runs = this.#runs.get(index);
    if (runs === undefined) {
      const [first, last, shift] = [emptyColumn(), emptyColumn(), emptyColumn()];
      runs = { first, last, shift, count: 0 };
      this.#runs.set(index, runs);
    }
    return runs;
  }
}

function emptyColumn(): Float64Array {
  return new Float64Array(64);
}

function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
