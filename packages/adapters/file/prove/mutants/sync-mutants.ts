import type { Mutant } from "./mutant.js";

/** What isn't on disk, and what is done about it. */
export const SYNC_MUTANTS: readonly Mutant[] = [
  {
    id: "sync-of-log",
    file: "log/sync-scheduler.ts",
    text: `      for (const { segment } of targets) fileSystem.sync(segment.file);
`,
    replacement: "",
    mistake: "sync() returns without having synced",
    test: {
      file: "log/sync-failure.test.ts",
      title:
        "when it fails, what wasn't on disk is written again in a new segment, and is durable then",
    },
  },
  {
    id: "sync-again",
    file: "log/sync-scheduler.ts",
    text: `    } catch (cause) {
      this.#owner.rescue(cause);
      return;
    }
    this.#log.markDurable(targets);`,
    replacement: `    } catch {
      for (const { segment } of targets) fileSystem.sync(segment.file);
    }
    this.#log.markDurable(targets);`,
    mistake: "a sync that failed is tried again on the same file, and believed",
    test: {
      file: "log/sync-failure.test.ts",
      title: "a failed one is never tried again on the same file",
    },
  },
  {
    id: "timer",
    file: "log/sync-scheduler.ts",
    text: `    this.#timer = host.startTimer(Math.max(this.#policy.autoSave, 1), () => this.#tick());
`,
    replacement: "",
    mistake: "autoSave never comes",
    test: {
      file: "log/sync-failure.test.ts",
      title: "syncs in the background, so long after the first write that waits for it",
    },
  },
  {
    id: "overdue",
    file: "log/sync-scheduler.ts",
    text: "> autoSave;",
    replacement: "> Number.POSITIVE_INFINITY;",
    mistake: "autoSave never comes in a program that never yields",
    test: {
      file: "log/sync-failure.test.ts",
      title: "comes in the midst of writes, too, where a program never yields to a timer",
    },
  },
  {
    id: "one-in-flight",
    file: "log/sync-scheduler.ts",
    text: "if (this.#isInFlight || this.#isClosed) return;",
    replacement: "if (this.#isClosed) return;",
    mistake: "several syncs are on their way at once",
    test: {
      file: "log/sync-failure.test.ts",
      title: "one sync is in flight at a time; what is written meanwhile waits for the next",
    },
  },
  {
    id: "background-rescue",
    file: "log/sync-scheduler.ts",
    text: `        this.#owner.rescue(failure.cause);
`,
    replacement: "",
    mistake: "a sync in the background that fails is forgotten",
    test: {
      file: "log/sync-failure.test.ts",
      title: "when the background sync fails, the bytes are written again, and nobody need know",
    },
  },
  {
    id: "many-bytes",
    file: "log/sync-scheduler.ts",
    text: "bytes >= BEGIN_SYNC_BYTES",
    replacement: "bytes >= Number.POSITIVE_INFINITY",
    mistake: "many bytes wait for autoSave",
    test: {
      file: "log/sync-failure.test.ts",
      title: "many bytes that wait begin a sync before autoSave says so",
    },
  },
  {
    id: "too-many-bytes",
    file: "log/sync-scheduler.ts",
    text: "bytes >= AWAIT_SYNC_BYTES",
    replacement: "bytes >= Number.POSITIVE_INFINITY",
    mistake: "what waits for the disk grows without a bound",
    test: {
      file: "log/sync-failure.test.ts",
      title: "so many bytes that a sync in the background falls behind are waited for",
    },
  },
  {
    id: "unverified-group",
    file: "log/sync-scheduler.ts",
    text: `    if (this.#waiting.length > 0) {
      try {
        this.#owner.verify();`,
    replacement: `    if (this.#waiting.length > 0) {
      try {`,
    mistake: "those who wait are told that it is on disk, in a directory that is another's",
    test: {
      file: "engine/group-commit.test.ts",
      title: "who lost the directory meanwhile is told, and not that it is on disk",
    },
  },
  {
    id: "group-of-one",
    file: "log/sync-scheduler.ts",
    text: "else if (this.#waiting.length === 1) queueMicrotask(() => this.#begin());",
    replacement: "else this.#begin();",
    mistake: "who writes first in a turn has a sync to itself",
    test: {
      file: "engine/group-commit.test.ts",
      title: "writes wait for one sync that they share, which doesn't block",
    },
  },
  {
    id: "sync-of-each-write",
    file: "log/sync-scheduler.ts",
    text: `    if (this.isSyncing) {
      this.sync();
`,
    replacement: `    if (this.isSyncing) {
`,
    mistake: "with autoSave 0 a write returns before it is on disk",
    test: { file: "log/sync-failure.test.ts", title: "0 syncs before each write returns, once" },
  },
  {
    id: "refusal-in-background",
    file: "engine/tree.ts",
    text: `    this.#failures.refuse(cause);
    this.maintenance.close();
`,
    replacement: `    this.#failures.refuse(cause);
`,
    mistake: "after a failure that could not be made up for, flushes in the background go on",
    test: {
      file: "engine/rollback.test.ts",
      title:
        "after such a sync, what was due on a full disk isn't written in the background either",
    },
  },
  {
    id: "refusal",
    file: "engine/tree.ts",
    text: `    this.#failures.refuse(cause);
`,
    replacement: "",
    mistake: "after a sync that could not be made up for, writes go on",
    test: {
      file: "log/sync-failure.test.ts",
      title:
        "when that fails, too, it fails, the table takes no more writes, and goes on being read",
    },
  },
  {
    id: "torn-mark",
    file: "log/log.ts",
    text: `    if (this.#isTorn || this.earlier.some((one) => one.isDirty || one.isAdopted)) return;
`,
    replacement: `    if (this.earlier.some((one) => one.isDirty || one.isAdopted)) return;
`,
    mistake: "a mark is written behind half a write",
    test: {
      file: "log/log.test.ts",
      title: "no sync frame is written in a torn segment: nobody knows what stands behind its end",
    },
  },
  {
    id: "mark-fails",
    file: "log/log.ts",
    text: `      // What it would have recorded holds all the same; the next write goes to another segment.
      this.#isTorn = true;
`,
    replacement: "",
    mistake: "a sync frame of which half was written is written over",
    test: {
      file: "log/log.test.ts",
      title: "a sync frame that can't be written makes it torn, and no more",
    },
  },
  {
    id: "taken-back-size",
    file: "log/log.ts",
    text: `      segment.dataEnd = dataEnd;
      this.#isTorn = true;
`,
    replacement: `      segment.dataEnd = dataEnd;
`,
    mistake: "a write that was taken back is written over in place",
    test: {
      file: "engine/reader.test.ts",
      title: "a reader forgets a write that it saw and that was taken back then",
    },
  },
  {
    id: "taken-back-confirmed",
    file: "log/log.ts",
    text: `    if (targets.some(({ segment, size }) => size > segment.size)) return;
`,
    replacement: "",
    mistake: "a frame is said to be on disk that has the number of one that was taken back",
    test: {
      file: "log/log.test.ts",
      title:
        "a segment says up to which frame all was on disk when it was begun, but for what was taken back",
    },
  },
  {
    id: "held-taken-back",
    file: "log/log.ts",
    text: `      held.length -= frames.length;
`,
    replacement: "",
    mistake: "a write that was taken back is written with the next sync",
    test: {
      file: "engine/rollback.test.ts",
      title: "a write that was held, and then not written, isn't written later",
    },
  },
];
