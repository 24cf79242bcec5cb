import { locate, Refusal } from "../errors/errors.js";
import { type CopyRules, copyElement } from "./copy.js";
import { explain } from "./explain.js";
import type { DeepMutable } from "./readonly.js";
import type { ReadRecord, StoreRecord } from "./record.js";

const RULES: CopyRules = { freeze: false, wildcards: false };

/**
 * A deep copy of a record that was read, or of a part of one, all of which can be changed: what was read may be frozen
 * and shared with other readers. `STORE_INVALID_RECORD` for what no table can hold.
 */
export function mutable<T>(value: T): DeepMutable<T>;
/** The same where the type of the record isn't known yet: `mutable<R>(record)` in a function that is generic in `R`. */
export function mutable<R extends StoreRecord>(record: ReadRecord<R>): R;
export function mutable(value: unknown): unknown {
  try {
    return copyElement(value, RULES, "value").value;
  } catch (error) {
    const problem = explain(value, false, "value", undefined);
    throw locate("mutable", new Refusal("STORE_INVALID_RECORD", problem, error));
  }
}
