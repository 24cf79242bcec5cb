import type { StoreRecord } from "@store/core";
import type { Course } from "./recorder.js";

interface ScanObservation {
  readonly begin: () => Course;
  /** Whether it gives records, or keys. */
  readonly ofRecords: boolean;
  /** Does a step. */
  readonly within: <T>(step: () => T) => T;
}

/** The steps of a scan as one call, from the first step to the end, an error, or the caller's leaving. */
export function observedScan<T>(
  scan: Iterable<T>,
  { begin, ofRecords, within }: ScanObservation,
): Iterable<T> {
  return {
    *[Symbol.iterator]() {
      const course = begin();
      let records = 0;
      const iterator = scan[Symbol.iterator]();
      let isDone = false;
      try {
        while (true) {
          course.resume();
          const step = course.run(() => within(() => iterator.next()));
          course.pause();
          if (step.done === true) {
            isDone = true;
            return;
          }
          records++;
          if (ofRecords) course.call.adds(step.value as StoreRecord);
          yield step.value;
        }
      } catch (error) {
        isDone = true;
        course.fail(error);
        throw error;
      } finally {
        course.call.records = records;
        if (!isDone) within(() => iterator.return?.());
        course.end();
      }
    },
  };
}

/** The same of an async one. */
export function observedAsyncScan<T>(
  scan: AsyncIterable<T>,
  begin: () => Course,
  ofRecords: boolean,
): AsyncIterable<T> {
  return {
    async *[Symbol.asyncIterator]() {
      const course = begin();
      course.leave();
      let records = 0;
      const iterator = scan[Symbol.asyncIterator]();
      let isDone = false;
      try {
        while (true) {
          course.resume();
          const step = await course.run(() => iterator.next());
          course.pause();
          if (step.done === true) {
            isDone = true;
            return;
          }
          records++;
          if (ofRecords) course.call.adds(step.value as StoreRecord);
          yield step.value;
        }
      } catch (error) {
        isDone = true;
        course.fail(error);
        throw error;
      } finally {
        course.call.records = records;
        if (!isDone) await iterator.return?.();
        course.arrive();
      }
    },
  };
}
