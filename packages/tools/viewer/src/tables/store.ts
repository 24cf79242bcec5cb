import type { Store, StoreRecord, Table } from "@store/core";

/**
 * A store in whichever mode it has. All calls are awaited, which does for values what it does for promises; iterators are
 * gone through by {@link Walk}.
 */
export type AnyStore = Store<"async">;
export type AnyTable = Table<StoreRecord, "async">;
