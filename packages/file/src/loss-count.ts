import { MARK_FRAME_BYTES } from "./frame.js";
import type { DamagedRange } from "./repair-report.js";
import { isBaseName, SEGMENT_HEADER_BYTES } from "./segment.js";

/**
 * Counts what of a log is lost while it is gone through.
 *
 * 1. The changes of logs have ascending numbers, without a gap, from 1 on or from what the output of a compaction says
 *    at its end. So a gap tells how many are lost.
 * 2. The records in the output of a compaction have numbers with gaps; its end says how many there are.
 */
export class LossCount {
  /** The number of the last change. */
  sequence: number;
  lostChanges = 0;
  readonly damaged: DamagedRange[] = [];
  readonly #refuse: (file: string, offset: number) => void;
  /** False behind an output of a compaction whose end is lost. */
  #isSequenceKnown = true;
  /** Something was damaged since the last number that was seen: changes may be missing. */
  #isInterrupted = false;
  /** A segment is gone of which nobody knows how many changes it had, and no later change tells. */
  #isEndLost = false;
  /** How many records were seen of the output of a compaction that hasn't ended yet. */
  #baseRecords: number | undefined;

  /**
   * @param sequence of the last change before
   * @param refuse called for all that is damaged; throws if it may not be
   */
  constructor(sequence: number, refuse: (file: string, offset: number) => void) {
    this.sequence = sequence;
    this.#refuse = refuse;
  }

  /** Bytes that can't be read as what they should be. */
  damage(file: string, from: number, to: number): void {
    this.#refuse(file, from);
    this.#isInterrupted = true;
    const last = this.damaged.at(-1);
    const goesOn = last?.file === file && last.to === from;
    if (goesOn) this.damaged.pop();
    this.damaged.push({ file, from: goesOn ? last.from : from, to });
  }

  /** Changes were seen, but can't count. */
  lose(changes: number): void {
    this.lostChanges += changes;
  }

  /** What a segment ends with is lost, and it isn't known how much that is. */
  loseEnd(): void {
    this.#isEndLost = true;
  }

  /** After the last segment. */
  finish(): void {
    if (this.#isEndLost) this.lostChanges++;
  }

  /** A change of this number. False if it was seen before. */
  change(sequence: number, file: string, offset: number): boolean {
    if (this.#isSequenceKnown && sequence <= this.sequence) return false;
    this.reach(sequence - 1, file, offset);
    this.sequence = sequence;
    this.#isEndLost = false;
    return true;
  }

  /** The changes up to this number were in the log. */
  reach(sequence: number, file: string, offset: number): void {
    if (this.#isSequenceKnown) {
      this.#expect(sequence - this.sequence, file, offset);
    } else if (this.#isInterrupted) {
      // How many they are was lost with the end of the compaction's output.
      this.lostChanges++;
    }
    this.sequence = Math.max(sequence, this.sequence);
    this.#isSequenceKnown = true;
    this.#isInterrupted = false;
  }

  /** The output of a compaction begins, or goes on in another file. */
  enterBase(): void {
    this.#baseRecords ??= 0;
  }

  /** A record in the output of a compaction. */
  baseRecord(): void {
    if (this.#baseRecords !== undefined) this.#baseRecords++;
  }

  /** The end of the output of a compaction, which says what went into it. */
  endBase(sequence: number, records: number, file: string, offset: number): void {
    this.#expect(records - (this.#baseRecords ?? records), file, offset);
    this.#baseRecords = undefined;
    this.sequence = sequence;
    this.#isInterrupted = false;
  }

  /** The output of a compaction is behind us, even if its end wasn't seen. */
  leaveBase(file: string, offset: number): void {
    if (this.#baseRecords === undefined) return;
    this.#baseRecords = undefined;
    this.#isSequenceKnown = false;
    if (!this.#isInterrupted) this.damage(file, offset, offset);
    const lostBytes = this.damaged
      .filter((range) => isBaseName(range.file) && range.from >= SEGMENT_HEADER_BYTES)
      .reduce((sum, { from, to }) => sum + to - from, 0);
    // If it is no more than the end itself, all records were seen.
    if (lostBytes !== MARK_FRAME_BYTES) this.lostChanges++;
    this.#isInterrupted = false;
  }

  #expect(lost: number, file: string, offset: number): void {
    if (lost <= 0) return;
    if (!this.#isInterrupted) this.damage(file, offset, offset);
    this.lostChanges += lost;
  }
}
