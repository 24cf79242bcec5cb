import type { BatchOperation, Toolkit } from "@store/core";
import { readCurrent } from "../operations/make.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import { STATUS } from "../script/codes.js";
import { planned } from "./planned.js";
import { type Resolving, resolved } from "./resolved.js";
import type { Sent } from "./sent.js";

type Given = readonly BatchOperation<"async">[];

/** How often others may come between before a batch is given up. */
const TRIES = 1_000;

/**
 * Does a batch in one call of the script, which undoes what it has done where it can't go on. Where JavaScript has to look
 * at what an operation finds there (a schema, a bigint, an element), the script says what that is, as the batch sees it;
 * what the operation comes to is computed here, and the batch sent again: now it stores that, if it finds the same.
 *
 * @returns what each operation comes to; undefined if a condition doesn't hold
 */
export async function transact(
  given: Given,
  dispatcher: Dispatcher,
  toolkit: Toolkit,
): Promise<readonly unknown[] | undefined> {
  const sent: Sent[] = given.map(planned);
  for (let tries = 0; tries < TRIES + given.length; tries++) {
    const answer = await dispatcher.sendBatch(sent.map(({ operation }) => operation));
    if ("results" in answer) {
      return answer.results.map((result, index) => (sent[index] as Sent).result(result));
    }
    if (answer.status === STATUS.failed) return undefined;
    if (answer.status !== STATUS.needed) throw dispatcher.errorOf(answer.status, answer.answer);
    const index = answer.stoppedAt;
    const operation = given[index] as Resolving;
    sent[index] = resolved(operation, readCurrent(answer.answer), toolkit);
  }
  throw toolkit.error(
    "STORE_UNAVAILABLE",
    `others changed the records of the batch ${TRIES} times`,
  );
}
