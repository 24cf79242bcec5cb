import type { AdapterTable, TableType, Toolkit } from "@store/core";
import { AtomicCounterTable } from "./atomic-counter-table.js";
import { FileBagTable } from "./bag-table.js";
import type { BagDirectory, Directory, SetDirectory } from "./directory.js";
import { HashDirectory } from "./hash-directory.js";
import { MultiDirectory } from "./multi-directory.js";
import { OrderedDirectory } from "./ordered-directory.js";
import type { RecordLog } from "./record-log.js";
import { FileSetTable } from "./set-table.js";

/** An empty key directory for a table of a type. */
export function createDirectory(
  type: TableType,
  comparePositions: (a: number, b: number) => number,
  toolkit: Toolkit,
): Directory {
  switch (type) {
    case "set":
      return new HashDirectory(toolkit);
    case "ordered_set":
      return new OrderedDirectory(toolkit.compareKeys);
    case "bag":
    case "duplicate_bag":
      return new MultiDirectory(toolkit, comparePositions);
  }
}

/** What a table does with its counters. */
export interface CounterOptions {
  readonly atomicCounters: boolean;
  readonly autoSave: number;
}

/** The table of a type, over a directory of that type and the log that it points to. */
export function createTable(
  type: TableType,
  directory: Directory,
  log: RecordLog,
  { atomicCounters, autoSave }: CounterOptions,
  toolkit: Toolkit,
): AdapterTable<"sync"> {
  switch (type) {
    case "set":
    case "ordered_set": {
      const table = new FileSetTable(type, directory as SetDirectory, log, toolkit);
      return atomicCounters ? new AtomicCounterTable(table, log, toolkit, autoSave === 0) : table;
    }
    case "bag":
    case "duplicate_bag":
      return new FileBagTable(type, directory as BagDirectory, log, toolkit);
  }
}
