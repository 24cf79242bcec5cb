import { renameSync } from "node:fs";
import type { Adapter } from "@store/core";
import { type JournalWrite, journalAdapter } from "./journal-adapter.js";
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

export const rightJournal = journalAdapter();
export const rightJournalAsync = asynchronous(rightJournal);
export const rightJournalLazy = journalAdapter({ waits: () => true });
export const rightJournalShared = journalAdapter({ shared: true });

export const tearingBatches = journalAdapter({ split: byTable });
export const forgettingATable = journalAdapter({ read: firstTableOnly });
export const forgettingMoments = journalAdapter({ read: (writes) => writes.map(withoutMoments) });
export const delayingBatches = journalAdapter({ waits: (writes) => byTable(writes).length > 1 });
export const planningCarelessly = journalAdapter({ shared: true, plans: "carelessly" });

/** A part of a batch for each table. */
function byTable(writes: readonly JournalWrite[]): JournalWrite[][] {
  return [...new Set(writes.map(({ name }) => name))].map((table) =>
    writes.filter(({ name }) => name === table),
  );
}

function firstTableOnly(writes: readonly JournalWrite[]): readonly JournalWrite[] {
  return byTable(writes)[0] ?? [];
}

function withoutMoments(write: JournalWrite): JournalWrite {
  return "method" in write && write.method === "insertMany"
    ? { ...write, args: write.args.slice(0, 1) }
    : write;
}

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
