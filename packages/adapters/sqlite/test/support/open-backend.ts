import { type AdapterBackend, toolkit } from "@store/core";
import { onTestFinished } from "vitest";
import { sqliteAdapter } from "../../src/index.js";

/** The adapter's own side of a database file, without core in front of it; closed at the end of the test. */
export function openBackend(path: string): AdapterBackend<"sync"> {
  const backend = sqliteAdapter.open(sqliteAdapter.normalizeOptions({ path }), toolkit);
  onTestFinished(() => backend.close());
  return backend;
}
