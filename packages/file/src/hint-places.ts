import { SEGMENT_HEADER_BYTES, SEGMENT_SPAN, type Segment } from "./segment.js";

/** The frames of a covered segment. A position is a place plus `shift`. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly shift: number;
}

/**
 * Where frames are for a hint, which knows no positions: as if the segments that it covers stood end to end. A place is
 * the number of bytes before the frame, from the first segment's first byte on.
 */
export class HintPlaces {
  readonly #stretches: readonly Stretch[];
  readonly #byIndex: readonly Stretch[];
  #last: Stretch | undefined;

  /** @param segments those that are covered, and more behind them; `lengths`: how far each of them is covered */
  constructor(segments: readonly Segment[], lengths: readonly number[]) {
    const byIndex: Stretch[] = [];
    let before = 0;
    this.#stretches = lengths.map((length, ordinal) => {
      const segment = segments[ordinal] as Segment;
      const from = before + SEGMENT_HEADER_BYTES;
      const shift = segment.positionOf(0) - before;
      before += length;
      const stretch = { from, to: before, shift };
      byIndex[segment.index] = stretch;
      return stretch;
    });
    this.#byIndex = byIndex;
    this.#last = this.#stretches[0];
  }

  /** The place of a position in a segment that is covered. */
  placeOf(position: number): number {
    return position - (this.#byIndex[Math.floor(position / SEGMENT_SPAN)] as Stretch).shift;
  }

  /** The position of a place; -1 if no frame of that length can be there. */
  positionOf(place: number, length: number): number {
    let stretch = this.#last;
    if (stretch === undefined || !contains(stretch, place, length)) {
      stretch = this.#find(place);
      if (stretch === undefined || !contains(stretch, place, length)) return -1;
      this.#last = stretch;
    }
    return place + stretch.shift;
  }

  /** The last stretch that begins at `place` or before. */
  #find(place: number): Stretch | undefined {
    let low = 0;
    let high = this.#stretches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#stretches[middle] as Stretch).from <= place) low = middle + 1;
      else high = middle;
    }
    return this.#stretches[low - 1];
  }
}

function contains({ from, to }: Stretch, place: number, length: number): boolean {
  return place >= from && place + length <= to;
}
