import type { BatchOperation } from "@store/core";
import type { TableNames } from "../protocol/operation.js";
import { boundsOf } from "../tables/bounds.js";
import * as operations from "../tables/operations.js";
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
      return sentAs(operations.insert(names, given.records, momentsOf(given)), none);
    case "insertNew":
      return sentAs(operations.insertNew(names, given.records, momentsOf(given)), same);
    case "replace": {
      const { expected, record, expiresAt } = given;
      return sentAs(operations.replace(names, expected, record, expiresAt), same);
    }
    case "check":
      return sentAs(operations.check(names, given.key, given.expected), same);
    case "updateElement":
      return sentAs(operations.swap(names, given.key, NOTHING), none);
    case "updateCounter":
      return plannedCounter(names, given);
    case "append": {
      const { prefix, elements, expiresAt, revise } = given;
      const expected = revise === undefined ? undefined : NO_NUMBER;
      const operation = operations.append(names, prefix, elements, expiresAt, expected);
      return sentAs(operation, (number) => keyOf(prefix, number));
    }
    case "delete":
      return sentAs(operations.remove(names, [given.key]), none);
    case "deleteMany":
      return sentAs(operations.remove(names, given.keys), same);
    case "deleteObjects":
      return sentAs(operations.removeObjects(names, given.records), same);
    case "deleteRange":
      return sentAs(operations.removeRange(names, boundsOf(given.range), given.range), same);
    case "deleteAllObjects":
      return sentAs(operations.clear(names), none);
  }
}

function plannedCounter(
  names: TableNames,
  { key, steps, initial, initialExpiresAt, revise }: Extract<Given, { kind: "updateCounter" }>,
): Sent {
  if (revise !== undefined || !steps.every(operations.isSimple)) {
    return sentAs(operations.swap(names, key, NOTHING), none);
  }
  const start = initial && { record: initial, moment: initialExpiresAt, isCounted: false };
  return sentAs(operations.count(names, key, steps, start), (counted) =>
    "values" in counted ? counted.values : undefined,
  );
}

function momentsOf({
  records,
  expiresAt,
}: Extract<Given, { kind: "insert" | "insertNew" }>): number[] | undefined {
  return expiresAt === undefined ? undefined : records.map(() => expiresAt);
}
