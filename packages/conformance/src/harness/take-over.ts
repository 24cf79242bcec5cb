import { setTimeout } from "node:timers/promises";
import type { TableType } from "@store/core";
import { holds, isCoded, outcomeOf } from "../assertions/assertion.js";
import type { AnyStore, AnyTable } from "../backend/any-store.js";
import type { AdapterProcesses } from "../backend/options.js";
import { timeoutOf } from "../processes/adapter-process.js";

const PAUSE_MS = 20;

/**
 * Opens a table of a process that was killed. As long as it is `STORE_LOCKED` it is tried again: some adapters can tell a
 * dead owner only by its silence.
 */
export async function takeOver(
  store: AnyStore,
  name: string,
  type: TableType,
  processes: AdapterProcesses,
): Promise<AnyTable> {
  const limit = timeoutOf(processes);
  const end = performance.now() + limit;
  for (;;) {
    const outcome = await outcomeOf(() => store.ensureTable("d", name, { type }));
    if ("value" in outcome) return outcome.value as AnyTable;
    if (!isLocked(outcome.error)) throw outcome.error;
    holds(
      performance.now() < end,
      `the table ${JSON.stringify(name)} is still STORE_LOCKED, ${limit} ms (processes.timeoutMs) after the process that had it was killed. Likely cause: the lock doesn't end with its owner; if it does after some time, such as a lease, raise the option timeoutMs`,
    );
    await setTimeout(PAUSE_MS);
  }
}

/** Whether a table was refused because somebody else has it. */
export function isLocked(error: unknown): boolean {
  return isCoded(error) && error.code === "STORE_LOCKED";
}
