import {
  type BatchOperation,
  type Mode,
  type Revise,
  type StoreRecord,
  toolkit,
} from "@store/core";
import { readOperation, type SentOperation } from "../protocol/batch-operations.js";
import { Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { Handler, Handlers } from "./handler.js";
import { isPromise } from "./results.js";
import type { ServedTable } from "./served-store.js";
import { checkMoments } from "./writing.js";

/** What a batch came to: results; a condition that doesn't hold; or what a client's schema has to look at. */
type Done = readonly unknown[] | undefined | Question;

/** A record that an operation computed, and that the client has to look at: nothing has changed. */
class Question {
  readonly index: number;
  readonly input: StoreRecord;

  constructor(index: number, input: StoreRecord) {
    this.index = index;
    this.input = input;
  }
}

const FAILED = 0;
const DONE = 1;
const ASKED = 2;

const batch: Handler<Done> = {
  run(context, input) {
    const operations = input.list(() => readOperation(input));
    input.finish();
    if (operations.length === 0) throw new Malformed("a batch without operations");
    const tables = operations.map(({ table }) => context.table(table));
    checkTables(tables);
    const prepared = operations.map((operation, index) =>
      prepare(operation, index, tables[index] as ServedTable),
    );
    return answering(() => transact(new Set(tables), prepared));
  },

  write(output, done) {
    if (done instanceof Question) {
      output.byte(ASKED);
      output.uint32(done.index);
      output.record(done.input);
    } else if (done === undefined) {
      output.byte(FAILED);
    } else {
      output.byte(DONE);
      output.record([null, ...done]);
    }
  },
};

function checkTables(tables: readonly ServedTable[]): void {
  const [first] = tables;
  for (const { backend, checkOpen } of tables) {
    checkOpen();
    if (backend !== first?.backend) {
      throw toolkit.error(
        "STORE_NOT_SUPPORTED",
        "the server has these tables in several backends: a batch changes tables of one",
      );
    }
  }
  if (first?.backend.hasBatches) return;
  throw toolkit.error("STORE_NOT_SUPPORTED", "what is served has no batches");
}

function transact(
  tables: ReadonlySet<ServedTable>,
  operations: readonly BatchOperation<Mode>[],
): Done | Promise<Done> {
  const [first] = tables;
  const done = first?.backend.transact(operations);
  for (const { methods } of tables) methods.batched(done);
  return done;
}

/** A question that is thrown out of a batch is its answer. */
function answering(run: () => Done | Promise<Done>): Done | Promise<Done> {
  try {
    const done = run();
    return isPromise(done) ? done.catch(questionOf) : done;
  } catch (error) {
    return questionOf(error);
  }
}

function questionOf(error: unknown): Question {
  if (error instanceof Question) return error;
  throw error;
}

/** The operation as core's backend does it. */
function prepare(
  operation: SentOperation,
  index: number,
  served: ServedTable,
): BatchOperation<Mode> {
  const { own, copy } = served;
  const table = served.methods.given;
  if ("expiresAt" in operation) checkMoments(served, [operation.expiresAt]);
  if ("initialExpiresAt" in operation) checkMoments(served, [operation.initialExpiresAt]);
  switch (operation.kind) {
    case "insert":
    case "insertNew":
      if (operation.records.length === 0) throw new Malformed("no records to insert");
      return { ...operation, table, records: operation.records.map(own) };
    case "replace":
      return {
        ...operation,
        table,
        expected: copy(operation.expected),
        record: own(operation.record),
      };
    case "check":
      return { ...operation, table, expected: operation.expected && copy(operation.expected) };
    case "updateElement": {
      const [, ...values] = copy([null, ...operation.changes.map(({ value }) => value)]);
      const changes = operation.changes.map(({ position }, at) => ({
        position,
        value: values[at],
      }));
      const initial = operation.initial && copy(operation.initial);
      return { ...operation, table, changes, initial, revise: reviseOf(operation, index, served) };
    }
    case "updateCounter": {
      const initial = operation.initial && copy(operation.initial);
      return { ...operation, table, initial, revise: reviseOf(operation, index, served) };
    }
    case "append": {
      const [, ...elements] = copy([null, ...operation.elements]);
      return { ...operation, table, elements, revise: reviseOf(operation, index, served) };
    }
    case "deleteObjects":
      return { ...operation, table, records: operation.records.map(copy) };
    default:
      return { ...operation, table };
  }
}

/** The client's schema first, as far as it is known what that says, then the one of the served table. */
function reviseOf(
  { asks, revision }: SentOperation,
  index: number,
  { copy, revise }: ServedTable,
): Revise {
  if (!asks) return revise;
  return (record) => {
    if (revision === undefined || !toolkit.equalRecords(revision.input, record)) {
      throw new Question(index, record);
    }
    const output = copy(revision.output);
    return revise === undefined ? output : revise(output);
  };
}

/** The requests over several tables. */
export const BATCHING: Handlers = new Map([[Kind.BATCH, batch as Handler<never>]]);
