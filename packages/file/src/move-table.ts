import { SEGMENT_SPAN } from "./segment.js";

/** Where frames were, ascending, and where they are now. */
interface Moves {
  from: Float64Array;
  to: Float64Array;
  count: number;
}

/** What a compaction has copied: 16 bytes a record, for as long as it goes on. */
export class MoveTable {
  /** By the index of the segment. */
  readonly #moves = new Map<number, Moves>();

  /** @param from in each segment, ascending */
  add(from: number, to: number): void {
    const index = Math.floor(from / SEGMENT_SPAN);
    let moves = this.#moves.get(index);
    if (moves === undefined) {
      moves = { from: new Float64Array(64), to: new Float64Array(64), count: 0 };
      this.#moves.set(index, moves);
    } else if (moves.count === moves.from.length) {
      moves.from = grown(moves.from);
      moves.to = grown(moves.to);
    }
    moves.from[moves.count] = from;
    moves.to[moves.count] = to;
    moves.count++;
  }

  /** Where the frame of a position is now: where it was, if it wasn't moved. */
  find(position: number): number {
    const moves = this.#moves.get(Math.floor(position / SEGMENT_SPAN));
    if (moves === undefined) return position;
    let low = 0;
    let high = moves.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((moves.from[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low < moves.count && moves.from[low] === position ? (moves.to[low] as number) : position;
  }
}

function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length);
  larger.set(column);
  return larger;
}
