import { renameSync } from "node:fs";
import type { Adapter } from "@store/core";
import { claim, claimSlowly, pause, type Write } from "./ledger.js";
import { type LedgerOptions, ledgerAdapter, sharedLedgerAdapter } from "./ledger-adapter.js";
import { asynchronous } from "./minimal-adapter.js";

// The kit's processes import these by name.

export const right = ledgerAdapter({ claim });
export const rightAsync = asynchronous(right);
export const rightLazy = ledgerAdapter({ claim, waits: () => true });
export const rightShared = sharedLedgerAdapter();

export const unowned = ledgerAdapter();
export const halving = ledgerAdapter({ split: oneByOne });
export const reordering = ledgerAdapter({ waits: ([method]) => method === "delete" });
export const unsynced = ledgerAdapter({ waits: () => true, sync: "does nothing" });
export const unclosed = ledgerAdapter({ waits: () => true, close: "writes nothing" });
export const movingWhenOpened = moving(ledgerAdapter());
export const trustingTheDead = ledgerAdapter({
  claim: (directory) => claim(directory, () => true),
});
export const claimingSlowly = ledgerAdapter({ claim: claimSlowly });
export const seeingNobody = sharedLedgerAdapter(false);
export const countingBlindly = sharedLedgerAdapter(true, "blindly");

/** A write for each record. */
function oneByOne(write: Write): Write[] {
  switch (write[0]) {
    case "insertMany":
      return write[1].map((record) => ["insertMany", [record]]);
    case "deleteObjects":
      return write[1].map((record) => ["deleteObjects", [record]]);
    default:
      return [write];
  }
}

/** Moves all its files to another directory while it opens a table. */
function moving(adapter: Adapter<LedgerOptions, "sync", LedgerOptions>): typeof adapter {
  return {
    ...adapter,
    open(options, toolkit) {
      const backend = adapter.open(options, toolkit);
      return {
        ...backend,
        openTable(domain, name, type) {
          const aside = `${options.directory} aside`;
          renameSync(options.directory, aside);
          pause(600);
          renameSync(aside, options.directory);
          return backend.openTable(domain, name, type);
        },
      };
    },
  };
}
