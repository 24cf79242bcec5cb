import { createStore, type Store } from "@store/core";
import { onTestFinished } from "vitest";
import { type SqliteOptions, sqliteAdapter } from "../../src/index.js";

/** A store on a database file, closed at the end of the test. */
export function openStore(options: SqliteOptions): Store<"sync"> {
  const store = createStore({ adapter: sqliteAdapter, options });
  onTestFinished(() => store.close());
  return store;
}
