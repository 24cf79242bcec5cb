import type { BatchOperation, CounterStep, Key, ScanRange, StoreRecord } from "@store/core";
import { readPosition, readStep, writeStep } from "./counter-steps.js";
import type { FrameWriter } from "./frame-writer.js";
import { Malformed } from "./malformed.js";
import type { PayloadReader } from "./payload-reader.js";
import { readRange, writeRange } from "./ranges.js";

/**
 * What a client's schema makes of a record that the server computes: `output`, if that is `input`. Before it was asked,
 * none.
 */
export interface Revision {
  readonly input: StoreRecord;
  readonly output: StoreRecord;
}

type Sent<T> = T extends { readonly kind: infer K }
  ? Omit<T, "table" | "revise"> & { readonly kind: K; readonly table: number }
  : never;

/**
 * An operation of a batch as it is sent: the table by its number. With `asks`, the server may only store what a revision
 * says.
 */
export type SentOperation = Sent<BatchOperation> & {
  readonly asks: boolean;
  readonly revision: Revision | undefined;
};

const KINDS = [
  "insert",
  "insertNew",
  "replace",
  "check",
  "updateElement",
  "updateCounter",
  "append",
  "delete",
  "deleteMany",
  "deleteObjects",
  "deleteRange",
  "deleteAllObjects",
] as const;

export function writeOperation(output: FrameWriter, operation: SentOperation): void {
  output.uint32(operation.table);
  output.byte(KINDS.indexOf(operation.kind));
  switch (operation.kind) {
    case "insert":
    case "insertNew":
      output.records(operation.records);
      output.moment(operation.expiresAt);
      break;
    case "replace":
      output.record(operation.expected);
      output.record(operation.record);
      output.moment(operation.expiresAt);
      break;
    case "check":
      output.key(operation.key);
      output.optionalRecord(operation.expected);
      break;
    case "updateElement":
      output.key(operation.key);
      output.uint32(operation.changes.length);
      for (const { position } of operation.changes) output.uint32(position);
      output.record([null, ...operation.changes.map(({ value }) => value)]);
      writeInitial(output, operation);
      break;
    case "updateCounter":
      output.key(operation.key);
      output.uint32(operation.steps.length);
      for (const step of operation.steps) writeStep(output, step);
      writeInitial(output, operation);
      break;
    case "append":
      output.key(operation.prefix);
      output.record([null, ...operation.elements]);
      output.moment(operation.expiresAt);
      writeRevision(output, operation);
      break;
    case "delete":
      output.key(operation.key);
      break;
    case "deleteMany":
      output.keys(operation.keys);
      break;
    case "deleteObjects":
      output.records(operation.records);
      break;
    case "deleteRange":
      writeRange(output, operation.range);
      break;
    case "deleteAllObjects":
      break;
  }
}

export function readOperation(input: PayloadReader): SentOperation {
  const table = input.uint32();
  const number = input.byte();
  const kind = KINDS[number];
  if (kind === undefined) throw new Malformed(`a batch has no operation ${number}`);
  const unasked = { table, asks: false, revision: undefined };
  switch (kind) {
    case "insert":
    case "insertNew":
      return { ...unasked, kind, records: input.records(), expiresAt: input.moment() };
    case "replace":
      return {
        ...unasked,
        kind,
        expected: input.record(),
        record: input.record(),
        expiresAt: input.moment(),
      };
    case "check":
      return { ...unasked, kind, key: input.key(), expected: input.optionalRecord() };
    case "updateElement": {
      const key = input.key();
      const positions = input.list(() => readPosition(input));
      const [, ...values] = input.record();
      if (values.length !== positions.length) throw new Malformed("positions without values");
      const changes = positions.map((position, index) => ({ position, value: values[index] }));
      return { table, kind, key, changes, ...readInitial(input) };
    }
    case "updateCounter": {
      const key = input.key();
      const steps: CounterStep[] = input.list(() => readStep(input));
      return { table, kind, key, steps, ...readInitial(input) };
    }
    case "append": {
      const prefix = readPrefix(input);
      const [, ...elements] = input.record();
      const expiresAt = input.moment();
      return { table, kind, prefix, elements, expiresAt, ...readRevision(input) };
    }
    case "delete":
      return { ...unasked, kind, key: input.key() };
    case "deleteMany":
      return { ...unasked, kind, keys: input.keys() };
    case "deleteObjects":
      return { ...unasked, kind, records: input.records() };
    case "deleteRange": {
      const range: ScanRange = readRange(input);
      return { ...unasked, kind, range };
    }
    case "deleteAllObjects":
      return { ...unasked, kind };
  }
}

/** The leading part of a tuple, or null. */
export function readPrefix(input: PayloadReader): readonly Key[] | null {
  const prefix = input.key();
  if (prefix === null || (typeof prefix === "object" && !(prefix instanceof Uint8Array))) {
    return prefix;
  }
  throw new Malformed("a prefix is a tuple or null");
}

function writeInitial(
  output: FrameWriter,
  operation: Extract<SentOperation, { kind: "updateElement" | "updateCounter" }>,
): void {
  output.optionalRecord(operation.initial);
  output.moment(operation.initialExpiresAt);
  writeRevision(output, operation);
}

function readInitial(input: PayloadReader) {
  return {
    initial: input.optionalRecord(),
    initialExpiresAt: input.moment(),
    ...readRevision(input),
  };
}

function writeRevision(
  output: FrameWriter,
  { asks, revision }: Pick<SentOperation, "asks" | "revision">,
): void {
  output.boolean(asks);
  output.optionalRecord(revision?.input);
  if (revision !== undefined) output.record(revision.output);
}

function readRevision(input: PayloadReader): Pick<SentOperation, "asks" | "revision"> {
  const asks = input.boolean();
  const known = input.optionalRecord();
  return { asks, revision: known && { input: known, output: input.record() } };
}
