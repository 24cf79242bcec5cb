import type { Mutant } from "./mutant.js";

/** What of a log counts, and what is repaired. */
export const RECOVERY_MUTANTS: readonly Mutant[] = [
  {
    id: "deltas-of-replay",
    file: "recovery/replay.ts",
    text: `      if (delta !== 0) this.deltas.set(storageId, (this.deltas.get(storageId) ?? 0) + delta);
`,
    replacement: "",
    mistake: "the sizes of tables are those of the last flush",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "order-of-replay",
    file: "recovery/replay.ts",
    text: `        this.nextOrder = Math.max(this.nextOrder, orderOf(buffer, keyEnd) + 1);
`,
    replacement: "",
    mistake: "records of a bag get an order that others have",
    test: {
      file: "engine/lives.test.ts",
      title: "equal records of a duplicate_bag stay apart when one was written before a kill",
    },
  },
  {
    id: "storage-id-of-replay",
    file: "recovery/replay.ts",
    text: `      this.nextStorageId = Math.max(this.nextStorageId, created + 1);
`,
    replacement: "",
    mistake: "a new table gets the entries of another",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "frozen-of-replay",
    file: "recovery/open-tree.ts",
    text: "const flushedSequence = isEmpty ? result.sequence : source.sequence;",
    replacement: "const flushedSequence = result.sequence;",
    mistake: "what was replayed is taken for flushed",
    test: {
      file: "recovery/recovery.test.ts",
      title: "what is carried into the next epoch counts once, however often it is killed",
    },
  },
  {
    id: "adopted-logs",
    file: "recovery/open-tree.ts",
    text: "const adopted = isEmpty ? [] : logs;",
    replacement: "const adopted: typeof logs = [];",
    mistake: "what was replayed is lost when its process dies before the flush",
    test: {
      file: "recovery/recovery.test.ts",
      title: "what is carried into the next epoch counts once, however often it is killed",
    },
  },
  {
    id: "salvage-of-force",
    file: "recovery/open-tree.ts",
    text: 'if (repair === "force" || (isSuspect && repair))',
    replacement: "if (isSuspect && repair)",
    mistake: 'repair: "force" looks at nothing',
    test: {
      file: "recovery/repair.test.ts",
      title: "writes all anew, says so for each table, and keeps nothing aside",
    },
  },
  {
    id: "salvage",
    file: "recovery/open-tree.ts",
    text: 'errorCode(failure) !== "STORE_CORRUPT" || repair === false',
    replacement: "true",
    mistake: "what is damaged is refused also with repair: true",
    test: {
      file: "recovery/repair.test.ts",
      title: "loses the change that is damaged, and goes on behind it",
    },
  },
  {
    id: "suspect",
    file: "file-backend.ts",
    text: `      this.#isSuspect = true;
`,
    replacement: "",
    mistake: "a damaged catalogue is met again and again",
    test: {
      file: "recovery/repair.test.ts",
      title: "gives tables whose names are lost other names, of a type that their entries tell",
    },
  },
  {
    id: "mark-of-damage",
    file: "recovery/open-tree.ts",
    text: "source.damaged.length > 0 || source.isMarked;",
    replacement: "source.damaged.length > 0;",
    mistake: "a block that was found damaged is not looked at by the next open",
    test: {
      file: "recovery/repair.test.ts",
      title:
        "is met when it is read; repair: true repairs it at the next open, and tells of its table alone",
    },
  },
  {
    id: "missing-confirmed",
    file: "recovery/log-recovery.ts",
    text: "isConfirmed || isMissing ||",
    replacement: "isConfirmed ||",
    mistake: "a log that was cut off with its marks looks as if nothing of it had been synced",
    test: {
      file: "recovery/adopted-log.test.ts",
      title: "and was cut off below what was synced, at byte %s, is refused",
    },
  },
  {
    id: "unmarked-adoption",
    file: "recovery/log-recovery.ts",
    text: `    if (kind === FrameKind.sync) this.#confirmed.mark(syncOffset(buffer, at));
`,
    replacement: "",
    mistake: "who adopts a log forgets what its marks say",
    test: {
      file: "recovery/adopted-log.test.ts",
      title: "and was cut off below what was synced, at byte %s, is refused",
    },
  },
];
