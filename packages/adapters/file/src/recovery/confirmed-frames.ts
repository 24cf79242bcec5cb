/** Works out up to which frame a log is known to be on disk: by its marks, and by the begins of its segments. */
export class ConfirmedFrames {
  /** The frames up to this number were on disk. */
  sequence: number;
  /** The last frame of the segments before. */
  #before: number;
  /** The frames of this segment that no mark was for so far: where each ends, and its number. */
  readonly #ends: number[] = [];
  readonly #numbers: number[] = [];

  constructor(sequence: number) {
    this.sequence = sequence;
    this.#before = sequence;
  }

  /** It is said of the frames up to a number. */
  reach(sequence: number): void {
    this.sequence = Math.max(this.sequence, sequence);
  }

  /** A segment begins, behind the frame of this number. */
  enter(sequence: number): void {
    this.#before = sequence;
    this.#ends.length = 0;
    this.#numbers.length = 0;
  }

  note(end: number, sequence: number): void {
    this.#ends.push(end);
    this.#numbers.push(sequence);
  }

  /** All segments before are on disk, and this one up to an offset. */
  mark(offset: number): void {
    this.reach(this.#before);
    const ends = this.#ends;
    let count = 0;
    while (count < ends.length && (ends[count] as number) <= offset) count++;
    if (count === 0) return;
    this.reach(this.#numbers[count - 1] as number);
    ends.splice(0, count);
    this.#numbers.splice(0, count);
  }
}
