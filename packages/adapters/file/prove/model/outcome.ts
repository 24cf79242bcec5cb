import type { StoreRecord, Table } from "@store/core";
import { errorCode } from "../../src/platform/error-code.js";
import { show } from "../../test/support/show.js";
import type { Call } from "./call.js";

/** What a call has come to. */
export interface Outcome {
  /** What of it is defined: the same for two tables that hold the same. */
  readonly text: string;
  /** What it threw. */
  readonly error?: unknown;
}

/** Makes a call. */
export function outcomeOf({ act, defined }: Call, table: Table<StoreRecord>): Outcome {
  let value: unknown;
  try {
    value = act(table);
  } catch (error) {
    return { text: `threw ${errorCode(error) ?? String(error)}`, error };
  }
  if (defined === "all" || table.type === "ordered_set") return { text: show(value) };
  if (defined === "nothing") return { text: "returned" };
  if (defined === "whether there is one") return { text: String(value !== undefined) };
  // What isn't an array says what is wrong.
  return { text: Array.isArray(value) ? value.map(show).sort().join("\n") : show(value) };
}
