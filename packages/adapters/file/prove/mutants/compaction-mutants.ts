import type { Mutant } from "./mutant.js";

/** What flushes and compactions leave in the place of what was there. */
export const COMPACTION_MUTANTS: readonly Mutant[] = [
  {
    id: "logs-of-flush",
    file: "compaction/flush.ts",
    text: "frozen === undefined || id > frozen.lastLog",
    replacement: "frozen === undefined || id >= frozen.lastLog",
    mistake: "a flush keeps the log that it has brought into a run",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "order-of-runs",
    file: "compaction/flush.ts",
    text: "[run, ...tree.runs];",
    replacement: "[...tree.runs, run];",
    mistake: "what was flushed last comes after what is older",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "runs-of-flush",
    file: "engine/owned-tree.ts",
    text: "this.runs = [run, ...this.runs];",
    replacement: "this.runs = [...this.runs, run];",
    mistake: "readers find older records in place of newer ones",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "runs-meanwhile",
    file: "compaction/compaction.ts",
    text: "[...runs.slice(0, at), ...output,",
    replacement: "[...output,",
    mistake: "a run that was flushed while a compaction ran is dropped",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "older-runs",
    file: "compaction/compaction.ts",
    text: "...output, ...runs.slice(at + this.#inputs.length)]",
    replacement: "...output]",
    mistake: "a compaction drops the runs below it",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "bottom",
    file: "compaction/compaction.ts",
    text: "const isBottom = inputs.at(-1) === tree.runs.at(-1);",
    replacement: "const isBottom = true;",
    mistake: "tombstones go while older copies of their keys are there",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "bottom-of-flush",
    file: "compaction/flush.ts",
    text: "const isBottom = this.#tree.runs.length === 0;",
    replacement: "const isBottom = true;",
    mistake: "a flush leaves tombstones out that hide older records",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "forget-on-flush",
    file: "engine/owned-tree.ts",
    text: `    memtable.index.forEachHash((hash) => this.entries.forget(hash));
`,
    replacement: "",
    mistake: "the cache has an entry that was changed before the flush",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "sequence-of-flush",
    file: "compaction/flush.ts",
    text: "const sequence = frozen?.sequence ?? state.sequence;",
    replacement: "const { sequence } = state;",
    mistake: "a manifest says that what was flushed is in the log still",
    test: {
      file: "engine/lives.test.ts",
      title: "are the same after kills, flushes and compactions",
    },
  },
  {
    id: "dropped-tables",
    file: "engine/catalogue.ts",
    text: `    transaction.putSystem(SystemTable.dropped, [storageId]);
`,
    replacement: "",
    mistake: "entries of tables that are gone are kept for ever",
    test: {
      file: "engine/backup.test.ts",
      title:
        "leaves one run with what is there, and nothing of what was deleted, cleared or dropped",
    },
  },
  {
    id: "second-spare",
    file: "compaction/flush.ts",
    text: "if (!this.#isLast && log.spare === undefined) {",
    replacement: "if (!this.#isLast) {",
    mistake: "a flush makes another spare segment where there is one",
    test: {
      file: "engine/spare-segment.test.ts",
      title: "the flush of what a killed owner left makes no second spare segment",
    },
  },
];
