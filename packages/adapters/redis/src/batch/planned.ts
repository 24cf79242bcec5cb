import type { BatchOperation } from "@store/core";
import { boundsOf } from "../operations/bounds.js";
import * as counting from "../operations/counting.js";
import * as reading from "../operations/reading.js";
import * as writing from "../operations/writing.js";
import type { TableNames } from "../protocol/operation.js";
import type { RedisTable } from "../tables/redis-table.js";
import { keyOf, type Sent, sentAs } from "./sent.js";

type Given = BatchOperation<"async">;

/** No value is equal to it, and no number: the script says what is stored, and stops. */
const NOTHING = Buffer.alloc(0);
const NO_NUMBER = 0;

const none = () => undefined;
const same = (answer: unknown) => answer;

/** How an operation of a batch is sent at first: as one that the script does by itself, or one that it asks about. */
export function planned(given: Given): Sent {
  const { names } = given.table as unknown as RedisTable;
  switch (given.kind) {
    case "insert":
      return sentAs(writing.insert(names, given.records, momentsOf(given)), none);
    case "insertNew":
      return sentAs(writing.insertNew(names, given.records, momentsOf(given)), same);
    case "replace": {
      const { expected, record, expiresAt } = given;
      return sentAs(writing.replace(names, expected, record, expiresAt), same);
    }
    case "check":
      return sentAs(reading.check(names, given.key, given.expected), same);
    case "updateElement":
      return sentAs(writing.swap(names, given.key, NOTHING), none);
    case "updateCounter":
      return plannedCounter(names, given);
    case "append": {
      const { prefix, elements, expiresAt, revise } = given;
      const expected = revise === undefined ? undefined : NO_NUMBER;
      const operation = writing.append(names, prefix, elements, expiresAt, expected);
      return sentAs(operation, (number) => keyOf(prefix, number));
    }
    case "delete":
      return sentAs(writing.remove(names, [given.key]), none);
    case "deleteMany":
      return sentAs(writing.remove(names, given.keys), same);
    case "deleteObjects":
      return sentAs(writing.removeObjects(names, given.records), same);
    case "deleteRange":
      return sentAs(writing.removeRange(names, boundsOf(given.range), given.range), same);
    case "deleteAllObjects":
      return sentAs(writing.clear(names), none);
  }
}

function plannedCounter(
  names: TableNames,
  { key, steps, initial, initialExpiresAt, revise }: Extract<Given, { kind: "updateCounter" }>,
): Sent {
  if (revise !== undefined || !steps.every(counting.isSimple)) {
    return sentAs(writing.swap(names, key, NOTHING), none);
  }
  const start = initial && { record: initial, moment: initialExpiresAt, isCounted: false };
  const operation = counting.count(names, key, steps, start);
  // What the script can't count isn't answered, but asked about.
  return sentAs(operation, (counted) => (counted as { values: number[] }).values);
}

function momentsOf({
  records,
  expiresAt,
}: Extract<Given, { kind: "insert" | "insertNew" }>): number[] | undefined {
  return expiresAt === undefined ? undefined : records.map(() => expiresAt);
}
