import type { BatchOperation, TableChange } from "@store/core";
import type { SentOperation } from "../channel/batch-calls.js";
import { sentRange } from "../channel/table-calls.js";
import type { AttachedTable } from "./attached-table.js";

/** An operation of a batch as the owner gets it. */
export function sent(operation: BatchOperation<"sync">): SentOperation {
  const { id } = operation.table as AttachedTable;
  switch (operation.kind) {
    case "insert":
    case "insertNew":
      return [operation.kind, id, operation.records, operation.expiresAt];
    case "replace":
      return ["replace", id, operation.expected, operation.record, operation.expiresAt];
    case "check":
      return ["check", id, operation.key, operation.expected];
    case "updateElement":
      return [
        "updateElement",
        id,
        operation.key,
        operation.changes.map(({ position, value }) => [position, value]),
        operation.initial,
        operation.initialExpiresAt,
      ];
    case "updateCounter":
      return [
        "updateCounter",
        id,
        operation.key,
        operation.steps,
        operation.initial,
        operation.initialExpiresAt,
      ];
    case "append":
      return ["append", id, operation.prefix, operation.elements, operation.expiresAt];
    case "delete":
      return ["delete", id, operation.key];
    case "deleteMany":
      return ["deleteMany", id, operation.keys];
    case "deleteObjects":
      return ["deleteObjects", id, operation.records];
    case "deleteRange":
      return ["deleteRange", id, sentRange(operation.range)];
    case "deleteAllObjects":
      return ["deleteAllObjects", id];
  }
}

/** A change that was planned here, likewise. */
export function sentChange(change: TableChange<"sync">, id: number): SentOperation {
  switch (change.kind) {
    case "insert":
      return ["insertEach", id, change.records, change.expiresAt];
    case "delete":
      return ["deleteEach", id, change.keys];
    case "deleteObjects":
      return ["deleteObjects", id, change.records];
    case "deleteAllObjects":
      return ["deleteAllObjects", id];
  }
}
