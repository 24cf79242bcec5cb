import type { BatchOperation, Revise, StoreRecord, Toolkit } from "@store/core";
import type { Client } from "../client/client.js";
import { type Revision, type SentOperation, writeOperation } from "../protocol/batch-operations.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { Malformed } from "../protocol/malformed.js";
import type { PayloadReader } from "../protocol/payload-reader.js";
import type { RemoteTable } from "./remote-table.js";

type Given = BatchOperation<"async">;

/** How often a batch is sent whose schemas are asked about another record each time. */
const TRIES = 1_000;

/** What the server answers: results, a condition that doesn't hold, or a record that a schema has to look at. */
type Answer =
  | { readonly results: readonly unknown[] | undefined }
  | { readonly index: number; readonly input: StoreRecord };

/**
 * Does a batch in one request. A schema is code, and stays here: what it says of a record that the server computes is
 * asked for, with nothing changed, and sent along the next time; so with schemas it is a request more for each such record.
 */
export async function transact(
  client: Client,
  operations: readonly Given[],
  toolkit: Toolkit,
): Promise<readonly unknown[] | undefined> {
  const revisions = new Map<number, Revision>();
  for (let tries = 0; tries < TRIES; tries++) {
    const sent = operations.map((operation, index) => sentAs(operation, revisions.get(index)));
    const answer = await client.call(Kind.BATCH, (output) => writeBatch(output, sent), readAnswer);
    if ("results" in answer) return answer.results;
    const { index, input } = answer;
    const revise = reviseOf(operations[index]);
    if (revise === undefined)
      throw toolkit.error("STORE_IO", "the server asks for no schema's word");
    revisions.set(index, { input, output: revise(input) });
  }
  throw toolkit.error(
    "STORE_INVALID_OPERATION",
    "others change the records of the batch each time",
  );
}

function reviseOf(operation: Given | undefined): Revise {
  return operation !== undefined && "revise" in operation ? operation.revise : undefined;
}

function sentAs(operation: Given, revision: Revision | undefined): SentOperation {
  const { number } = operation.table as unknown as RemoteTable;
  return { ...operation, table: number, asks: reviseOf(operation) !== undefined, revision };
}

function writeBatch(output: FrameWriter, operations: readonly SentOperation[]): void {
  output.uint32(operations.length);
  for (const operation of operations) writeOperation(output, operation);
}

function readAnswer(payload: PayloadReader): Answer {
  const state = payload.byte();
  switch (state) {
    case 0:
      return { results: undefined };
    case 1: {
      const [, ...results] = payload.record();
      return { results };
    }
    case 2:
      return { index: payload.uint32(), input: payload.record() };
    default:
      throw new Malformed(`a batch doesn't come to ${state}`);
  }
}
