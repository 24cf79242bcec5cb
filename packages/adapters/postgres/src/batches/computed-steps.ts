import type { BatchOperation, Integer, Revise, StoreRecord, Toolkit } from "@store/core";
import { appendPlace, keyWithNumber, noNextNumber } from "../rows/append-place.js";
import { decodeBody } from "../rows/body.js";
import { hex } from "../rows/literal.js";
import { countingValues } from "../tables/set-table.js";
import type { StepContext } from "./plain-steps.js";
import type { Step, Unknown } from "./step.js";

/** The kinds of operations that make a record of what is there: where the function can't, it is told what that comes to. */
export type ComputedOperation = Extract<
  BatchOperation<"async">,
  { kind: "updateElement" | "updateCounter" | "append" }
>;

/** The step of such an operation. */
export function computedStep(
  operation: ComputedOperation,
  context: StepContext & { readonly toolkit: Toolkit },
): Step {
  return operation.kind === "append" ? appending(operation, context) : changing(operation, context);
}

/** A record, and what the operation comes to where that is what it makes. */
interface Change {
  readonly record: StoreRecord;
  readonly result: unknown;
}

function changing(
  operation: Exclude<ComputedOperation, { kind: "append" }>,
  { table: { id }, rows, toolkit }: StepContext & { readonly toolkit: Toolkit },
): Step {
  const { key, initial, initialExpiresAt, revise } = operation;
  const counts = operation.kind === "updateCounter";
  const keyBytes = rows.key(key);
  const change = (record: StoreRecord, isThere: boolean): Change =>
    counts
      ? counted(toolkit, record, operation.steps, revise)
      : { record: changed(toolkit, record, operation.changes, revise), result: isThere };

  const absent = initial && attempt(() => change(initial, false));
  const inserted = absent !== undefined && "value" in absent ? absent.value : undefined;
  const known: Record<string, string> = {};
  const results = new Map<unknown, unknown>();
  return {
    operations: [
      {
        kind: counts ? "count" : "change",
        id,
        key: hex(keyBytes),
        steps: counts && revise === undefined ? stepsOf(operation.steps) : null,
        initial: inserted === undefined ? null : hex(rows.row(inserted.record, undefined).body),
        moment: initialExpiresAt ?? null,
        refusing: absent !== undefined,
        known,
      },
    ],
    locks: [keyBytes],
    result(answer) {
      if (answer === null) return inserted === undefined ? false : inserted.result;
      return typeof answer === "string" ? results.get(answer) : answer;
    },
    learn({ body }: Unknown) {
      const before = Buffer.from(String(body), "hex");
      const { record, result } = change(decodeBody(key, before), true);
      known[String(body)] = hex(rows.body(record));
      results.set(body, result);
    },
    refusal() {
      if (absent !== undefined && "error" in absent) return absent.error as Error;
      return toolkit.error(
        "STORE_KEY_NOT_FOUND",
        "a counter of the batch has a key that isn't in the table, and no default record was given",
      );
    },
  };
}

function appending(
  { prefix, elements, expiresAt, revise }: Extract<ComputedOperation, { kind: "append" }>,
  { table: { id }, rows, toolkit }: StepContext & { readonly toolkit: Toolkit },
): Step {
  const { lead, tail } = appendPlace(prefix, rows);
  const known: Record<string, string> = {};
  return {
    operations: [
      {
        kind: "append",
        id,
        lead: hex(lead),
        tail: hex(tail),
        body: revise === undefined ? hex(rows.body([null, ...elements])) : null,
        moment: expiresAt ?? null,
        known,
      },
    ],
    locks: [],
    result: (answer) => keyWithNumber(prefix, Number(answer)),
    learn({ number }: Unknown) {
      const key = keyWithNumber(prefix, Number(number));
      const record: StoreRecord = [key, ...elements];
      known[String(number)] = hex(rows.body(revised(record, revise)));
    },
    refusal: () => noNextNumber(toolkit),
  };
}

function changed(
  toolkit: Toolkit,
  before: StoreRecord,
  changes: Extract<ComputedOperation, { kind: "updateElement" }>["changes"],
  revise: Revise,
): StoreRecord {
  const record: unknown[] = [...before];
  for (const { position, value } of changes) {
    if (position > record.length) {
      throw toolkit.error(
        "STORE_INVALID_OPERATION",
        `the record has ${record.length} elements, there is no position ${position}`,
      );
    }
    record[position - 1] = value;
  }
  return revised(record as unknown as StoreRecord, revise);
}

function counted(
  toolkit: Toolkit,
  before: StoreRecord,
  steps: Extract<ComputedOperation, { kind: "updateCounter" }>["steps"],
  revise: Revise,
): Change {
  const values: Integer[] = [];
  let record = before;
  for (const step of steps) {
    record = toolkit.counted(record, step);
    values.push(record[step.position - 1] as Integer);
  }
  return { record: revised(record, revise), result: values };
}

function revised(record: StoreRecord, revise: Revise): StoreRecord {
  return revise === undefined ? record : revise(record);
}

/** The steps as the function takes them, if it can count by all of them. */
function stepsOf(
  steps: Extract<ComputedOperation, { kind: "updateCounter" }>["steps"],
): unknown[] | null {
  const all = steps.map(countingValues);
  return all.includes(undefined) ? null : all;
}

type Attempt<T> = { readonly value: T } | { readonly error: unknown };

/** What the call returns or throws: whether it matters isn't known yet. */
function attempt<T>(call: () => T): Attempt<T> {
  try {
    return { value: call() };
  } catch (error) {
    return { error };
  }
}
