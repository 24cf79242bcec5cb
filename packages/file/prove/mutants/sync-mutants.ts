import { type Mutant, testsOf } from "./mutant.js";

const inSyncFailure = testsOf("sync-failure.test.ts");
const inRecovery = testsOf("recovery.test.ts");
const inPowerLoss = testsOf("power-loss.test.ts");

/** What isn't on disk, and what is done about it. */
export const SYNC_MUTANTS: readonly Mutant[] = [
  {
    id: "sync-of-log",
    file: "durability.ts",
    text: "this.#environment.fileSystem.sync(active.segment.file);",
    replacement: "",
    mistake: "sync() returns without having synced",
    test: inSyncFailure("when it fails, what wasn't on disk is written again in a new segment"),
  },
  {
    id: "mark-before-sync",
    file: "durability.ts",
    text: `    try {
      this.#environment.fileSystem.sync(active.segment.file);`,
    replacement: `    try {
      active.markDurable(active.size);
      this.#environment.fileSystem.sync(active.segment.file);`,
    mistake: "the mark says that something is on disk before it is",
    test: inPowerLoss("what a sync that failed has written elsewhere is found"),
  },
  {
    id: "background-target",
    file: "durability.ts",
    text: "active.markDurable(target);",
    replacement: "active.markDurable(active.size);",
    mistake: "what was written while a background sync was in flight counts as synced",
    test: inSyncFailure("one sync is in flight at a time"),
  },
  {
    id: "timer",
    file: "durability.ts",
    text: "    this.#timer = host.startTimer(this.#autoSave, () => this.#tick());\n",
    replacement: "",
    mistake: "autoSave never comes",
    test: inSyncFailure("syncs in the background, so long after the first write"),
  },
  {
    id: "overdue",
    file: "durability.ts",
    text: "> this.#autoSave;",
    replacement: "> Number.POSITIVE_INFINITY;",
    mistake: "autoSave never comes in a program that never yields",
    test: inSyncFailure("comes in the midst of writes, too"),
  },
  {
    id: "sync-again",
    file: "durability.ts",
    text: "      this.#log.rescue(cause);\n      return;",
    replacement: "      this.#environment.fileSystem.sync(active.segment.file);",
    mistake: "a sync that failed is tried again on the same file, and believed",
    test: inSyncFailure("when it fails, what wasn't on disk is written again in a new segment"),
  },
  {
    id: "background-rescue",
    file: "durability.ts",
    text: `    try {
      this.#log.rescue(cause);
    } catch {`,
    replacement: "    try {} catch {",
    mistake: "after a background sync that failed, the next sync of the same file is believed",
    test: inSyncFailure("when the background sync fails, the bytes are written again"),
  },
  {
    id: "late-failure",
    file: "durability.ts",
    text: "      this.#log.refuseWrites(cause);\n",
    replacement: "",
    mistake: "a background sync that failed for bytes that had counted as durable is passed over",
    test: inSyncFailure("a sync that succeeded, and a background sync that fails"),
  },
  {
    id: "refusal",
    file: "disk-log.ts",
    text: "      this.refuseWrites(cause);\n",
    replacement: "",
    mistake: "writes go on although a sync and the rescue from it have failed",
    test: inSyncFailure("when that fails, too, it fails, the table takes no more writes"),
  },
  {
    id: "sync-of-rescue",
    file: "disk-log.ts",
    text: "      fileSystem.sync(segment.file);\n",
    replacement: "",
    mistake: "what a failed sync left is written again, and not synced",
    test: inPowerLoss("what a sync that failed has written elsewhere is found"),
  },
  {
    id: "directory-of-rescue",
    file: "disk-log.ts",
    text: "      fileSystem.syncDirectory(this.files.directory);\n",
    replacement: "",
    mistake: "the manifest names a segment whose own name isn't on disk",
    test: inPowerLoss("what a sync that failed has written elsewhere is found"),
  },
  {
    id: "sync-of-torn",
    file: "disk-log.ts",
    text: "      if (this.active.isDirty) this.#durability.sync();\n",
    replacement: "",
    mistake: "a segment that a write has torn is sealed, and its unsynced changes are gone",
    test: testsOf("write-failure.test.ts")("a write that fails changes nothing"),
  },
  {
    id: "sync-of-close",
    file: "disk-log.ts",
    text: "    this.sync();\n    this.#compactions.runQuickOne();",
    replacement: "    this.#compactions.runQuickOne();",
    mistake: "close doesn't sync",
    test: inRecovery("is the same after each step of its life"),
  },
  {
    id: "clean-before-sync",
    file: "disk-log.ts",
    text: "    this.sync();\n    this.#compactions.runQuickOne();",
    replacement:
      "    this.active.markDurable(this.active.size);\n    this.#compactions.runQuickOne();",
    mistake: "a clean manifest is written over what isn't on disk",
    test: inPowerLoss("what was written before a close is found"),
  },
];
