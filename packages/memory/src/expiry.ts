import { MomentIndex } from "@store/collections";
import type { Key, StoreRecord, Toolkit } from "@store/core";

/** The moments of a set or an ordered_set: of its keys, as each has one record. */
export function keyMoments({
  compareKeys,
  hashRecord,
}: Pick<Toolkit, "compareKeys" | "hashRecord">): MomentIndex<Key> {
  return new MomentIndex<Key>(
    (key) => hashRecord([key]),
    (a, b) => compareKeys(a, b) === 0,
  );
}

/**
 * The moments of a bag or a duplicate_bag: of its records, each the very array that the bag keeps. In a bag an equal
 * record that is inserted again stands for the one that is kept: that one takes the new moment. In a duplicate_bag a call
 * about one of n equal records takes O(n), but for {@link MomentIndex.takeDue}.
 */
export function recordMoments({
  hashRecord,
}: Pick<Toolkit, "hashRecord">): MomentIndex<StoreRecord> {
  return new MomentIndex<StoreRecord>(hashRecord, (a, b) => a === b);
}

/** The earliest moment that records of a bag have; undefined if none has one. What `expiresAt` of their key answers. */
export function earliestMoment(
  moments: MomentIndex<StoreRecord>,
  records: readonly StoreRecord[],
): number | undefined {
  let earliest: number | undefined;
  for (const record of records) {
    const moment = moments.get(record);
    if (moment !== undefined && (earliest === undefined || moment < earliest)) earliest = moment;
  }
  return earliest;
}
