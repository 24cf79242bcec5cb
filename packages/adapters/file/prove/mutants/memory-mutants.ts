import type { Mutant } from "./mutant.js";

/** What is in memory, or in the log, when a call has failed. */
export const MEMORY_MUTANTS: readonly Mutant[] = [
  {
    id: "rollback-order",
    file: "engine/tree.ts",
    text: `      transaction.rollback();
      this.stager.abandon();
`,
    replacement: `      this.stager.abandon();
      transaction.rollback();
`,
    mistake: "keys that are taken back are compared when their bytes are gone",
    test: {
      file: "engine/rollback.test.ts",
      title:
        "a batch of a bag that fails, and was too long for the memory of the log that there was, is taken back",
    },
  },
  {
    id: "rollback",
    file: "engine/tree.ts",
    text: `      transaction.rollback();
`,
    replacement: "",
    mistake: "memory keeps what could not be written",
    test: {
      file: "log/write-failure.test.ts",
      title: "a write that fails changes nothing, and the next one succeeds, in a new segment",
    },
  },
  {
    id: "abandon",
    file: "engine/tree.ts",
    text: `      this.stager.abandon();
`,
    replacement: "",
    mistake: "what could not be written is written with the next call",
    test: {
      file: "log/write-failure.test.ts",
      title: "a write that fails changes nothing, and the next one succeeds, in a new segment",
    },
  },
  {
    id: "size-of-rollback",
    file: "engine/transaction.ts",
    text: `      (this.#counted[index] as TableState).size = this.#sizes[index] as number;
`,
    replacement: "",
    mistake: "a batch that failed has changed the size of a table",
    test: {
      file: "engine/rollback.test.ts",
      title: "a batch that clears a table, and fails, leaves its size as it was",
    },
  },
  {
    id: "undo-order",
    file: "engine/transaction.ts",
    text: "this.#undo.reverse()",
    replacement: "this.#undo",
    mistake: "what was changed twice is taken back in the wrong order",
    test: {
      file: "engine/rollback.test.ts",
      title: "a batch that clears a table, and fails, leaves its size as it was",
    },
  },
  {
    id: "restore-before",
    file: "memtable/memtable.ts",
    text: `    if (before >= 0) {
      this.index.setPosition(entry, before);
      return;
    }
`,
    replacement: "",
    mistake: "a change that was taken back takes the one before with it",
    test: {
      file: "memtable/memtable.test.ts",
      title:
        "has the last change of each key, in the order of their bytes, whatever was taken back",
    },
  },
  {
    id: "hide",
    file: "memtable/memtable.ts",
    text: `    this.order.hide(entry);
`,
    replacement: "",
    mistake: "a scan finds what was taken back",
    test: {
      file: "memtable/memtable.test.ts",
      title:
        "has the last change of each key, in the order of their bytes, whatever was taken back",
    },
  },
  {
    id: "forget-last",
    file: "memtable/memtable.ts",
    text: `      this.order.forgetLast(entry);
`,
    replacement: "",
    mistake: "an entry that comes in the place of another is not found by a scan",
    test: {
      file: "memtable/memtable.test.ts",
      title:
        "has the last change of each key, in the order of their bytes, whatever was taken back",
    },
  },
  {
    id: "show",
    file: "memtable/memtable.ts",
    text: `      this.order.show(entry);
`,
    replacement: "",
    mistake: "a key that comes again after it was taken back is not found by a scan",
    test: {
      file: "memtable/memtable.test.ts",
      title: "forgets a change that is taken back after others came, and takes its key in again",
    },
  },
  {
    id: "hidden",
    file: "memtable/memtable.ts",
    text: " || this.index.hidden.has(entry) ? -1",
    replacement: " ? -1",
    mistake: "a lookup finds what was taken back",
    test: {
      file: "memtable/memtable.test.ts",
      title: "forgets a change that is taken back after others came, and takes its key in again",
    },
  },
  {
    id: "crowded",
    file: "memtable/entry-index.ts",
    text: "if (++probes > MOST_PROBES) this.isCrowded = true;",
    replacement: "probes++;",
    mistake: "keys that were chosen to be in the way make all searches slow",
    test: {
      file: "memtable/memtable.test.ts",
      title: "finds keys that were chosen to be in each other's way by their order",
    },
  },
  {
    id: "key-of-entry",
    file: "memtable/entry-index.ts",
    text: `    if (length !== end - start) return false;
`,
    replacement: "",
    mistake: "a key is found by one that begins as it does",
    test: {
      file: "memtable/memtable.test.ts",
      title:
        "has the last change of each key, in the order of their bytes, whatever was taken back",
    },
  },
  {
    id: "torn-write",
    file: "log/log.ts",
    text: `    } catch (error) {
      this.#isTorn = true;
      throw error;
    }
    active.dataEnd`,
    replacement: `    } catch (error) {
      throw error;
    }
    active.dataEnd`,
    mistake: "the log goes on behind half a write",
    test: {
      file: "log/log.test.ts",
      title:
        "a write that fails leaves the log torn; it goes on in the spare segment, behind what counts",
    },
  },
  {
    id: "begin-of-segment",
    file: "log/log.ts",
    text: `    this.#writeMark(next, FrameKind.begin);
`,
    replacement: "",
    mistake: "a segment does not say where the one before ends",
    test: {
      file: "log/log.test.ts",
      title:
        "a write that fails leaves the log torn; it goes on in the spare segment, behind what counts",
    },
  },
  {
    id: "held-as-batch",
    file: "log/log.ts",
    text: `    sealBatch(frames, before);
`,
    replacement: "",
    mistake: "what was held is written in parts, each of which counts",
    test: { file: "log/log.test.ts", title: "holds changes back, and writes them as one batch" },
  },
  {
    id: "tombstone-of-memtable",
    file: "engine/tree-entries.ts",
    text: `    if (isTombstone(buffer, at)) return false;
`,
    replacement: "",
    mistake: "a deleted entry is found",
    test: { file: "recovery/recovery.test.ts", title: "is the same whatever happens in its life" },
  },
  {
    id: "lease-after-sync",
    file: "engine/tree.ts",
    text: `      throw this.failure("syncing", cause);
    }
    this.files.lease.verify();`,
    replacement: `      throw this.failure("syncing", cause);
    }`,
    mistake: "a sync returns although another has taken over",
    test: {
      file: "ownership/fencing.test.ts",
      title: "is told by a sync, too, though there is nothing to be written",
    },
  },
  {
    id: "short-write",
    file: "platform/whole-file.ts",
    text: "    at += written;",
    replacement: "    at = end;",
    mistake: "a short write is taken for a whole one",
    test: {
      file: "log/write-failure.test.ts",
      title: "short writes and short reads are gone on with",
    },
  },
  {
    id: "short-read",
    file: "platform/whole-file.ts",
    text: `    if (count === 0) break;
    read += count;`,
    replacement: `    read += count;
    break;`,
    mistake: "a short read is taken for the end of the file",
    test: {
      file: "log/write-failure.test.ts",
      title: "short writes and short reads are gone on with",
    },
  },
];
