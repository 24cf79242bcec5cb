import type { Adapter } from "../adapter/adapter.js";
import type { Mode } from "../adapter/mode.js";
import { contextOf } from "../table/table-handle.js";
import type { Store } from "./store.js";

/** Where a table comes from. */
export interface TableOrigin<M extends Mode = Mode> {
  /** The store that opened it, for batches. */
  readonly store: Store<M>;
  /** What backs it, whatever its domain has been configured for since. */
  readonly adapter: Adapter;
  readonly mode: M;
}

/**
 * The origin of a table, for a library that is handed a table only; undefined for what is no handle of this copy of core.
 */
export function originOf(table: object): TableOrigin | undefined {
  const context = contextOf(table);
  if (context === undefined) return undefined;
  const { store, adapter } = context.backend;
  return { store: store as Store<Mode>, adapter, mode: context.mode };
}
