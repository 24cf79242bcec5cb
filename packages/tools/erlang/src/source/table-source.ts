import type { TableType } from "@store/core";
import type { WalkReport } from "./report.js";

/** The external term of an object, and where in which file it is. */
export interface StoredObject {
  readonly bytes: Buffer;
  readonly path: string;
  readonly position: number;
}

/** A table in a file, whichever way it is kept there. */
export interface TableSource {
  readonly kind: "dets" | "tab2file";
  readonly name: string;
  readonly type: TableType;
  readonly keyPosition: number;
  /** Notes it as damage if the file has a sum, and not the one that was written: before anybody gets a changed object. */
  verify(report: WalkReport): void;
  /** The objects in the file's order, those of a key in the order in which they were inserted. */
  objects(report: WalkReport): Iterable<StoredObject>;
}
