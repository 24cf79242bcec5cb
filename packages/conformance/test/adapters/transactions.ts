import type { Toolkit } from "@store/core";
import { applyChanges, type BatchMethods } from "./minimal-adapter.js";

/** Batches as a transaction of the backend's own: planned by core's rules, and applied. */
export function transactions({ planBatch }: Toolkit): BatchMethods {
  return {
    transact(operations) {
      const plan = planBatch(operations, "sync");
      if (plan !== undefined) applyChanges(plan.changes);
      return plan?.results;
    },
  };
}
