import type { Key, StoreRecord } from "@store/core";
import {
  holds,
  isCoded,
  type Outcome,
  outcomeOf,
  same,
  sameKeys,
  sameRecords,
} from "../../assertions/assertion.js";
import { show } from "../../assertions/show.js";
import { Expected } from "../../model/expected.js";
import type { Comparison } from "./operations.js";

/** The result of an operation, to be compared with another: its value, or the code of its error. */
export type Attempt = { readonly value: unknown } | { readonly code: string };

/** Makes a call. An error without a code is never expected, and is thrown. */
export async function attempt(call: () => unknown): Promise<Attempt> {
  const outcome: Outcome = await outcomeOf(call);
  if ("value" in outcome) return outcome;
  const { error } = outcome;
  if (error instanceof Expected || isCoded(error)) return { code: error.code };
  throw error;
}

/** Fails unless two attempts at one operation have the same result. */
export function agree(actual: Attempt, expected: Attempt, comparison: Comparison): void {
  if ("code" in actual || "code" in expected) {
    same(shown(actual), shown(expected));
    return;
  }
  switch (comparison) {
    case "sorted records":
      sameRecords(actual.value as StoreRecord[], expected.value as StoreRecord[]);
      break;
    case "sorted keys":
      holds(Array.isArray(actual.value), `next and prev differ: ${show(actual.value)}`);
      sameKeys(actual.value as Key[], expected.value as Key[]);
      break;
    case "presence":
      same(actual.value !== undefined, expected.value !== undefined, "whether there is a key");
      break;
    case "at least":
      holds(
        Number(actual.value) >= Number(expected.value),
        `${show(actual.value)} is less than ${show(expected.value)}`,
      );
      break;
    case "success":
      break;
    default:
      same(actual.value, expected.value);
  }
}

function shown(attempt: Attempt): string {
  return "code" in attempt ? attempt.code : show(attempt.value);
}
