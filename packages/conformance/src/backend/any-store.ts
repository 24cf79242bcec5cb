import type { Mode, Store, StoreRecord, Table } from "@store/core";

/** A store of either mode. Tests await whatever a member returns: awaiting a plain value does no harm. */
export type AnyStore = Store<Mode>;

/** A table of either mode, of any records. */
export type AnyTable = Table<StoreRecord, Mode>;
