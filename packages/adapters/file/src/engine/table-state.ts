import type { TableType } from "@store/core";

/** What the tree knows of a table. */
export interface TableState {
  readonly domain: string;
  readonly name: string;
  readonly type: TableType;
  /** Whose entries are the table's. Another one after everything was deleted. */
  storageId: number;
  /** How many records there are; those included whose moment is past, but which weren't removed yet. */
  size: number;
}
