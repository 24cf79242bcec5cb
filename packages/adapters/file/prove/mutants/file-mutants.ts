import type { Mutant } from "./mutant.js";

/** What isn't on disk when an epoch, a manifest, a run or a copy counts. */
export const FILE_MUTANTS: readonly Mutant[] = [
  {
    id: "sync-of-active",
    file: "recovery/open-tree.ts",
    text: `      fileSystem.sync(active.file);
`,
    replacement: "",
    mistake: "a new epoch counts before its log is on disk",
    test: {
      file: "recovery/recovery.test.ts",
      title: "a manifest names only what is on disk before",
    },
  },
  {
    id: "sync-of-spare",
    file: "recovery/open-tree.ts",
    text: `      fileSystem.sync(spare.file);
`,
    replacement: "",
    mistake: "a new epoch counts before its spare segment is on disk",
    test: {
      file: "recovery/recovery.test.ts",
      title: "a manifest names only what is on disk before",
    },
  },
  {
    id: "directory-of-epoch",
    file: "recovery/open-tree.ts",
    text: `      fileSystem.syncDirectory(files.directory);
`,
    replacement: "",
    mistake: "a new epoch counts before the names of its files are on disk",
    test: {
      file: "recovery/recovery.test.ts",
      title: "a manifest names only what is on disk before",
    },
  },
  {
    id: "directory-of-data",
    file: "recovery/open-tree.ts",
    text: `      fileSystem.syncDirectory(this.#dataDir);
`,
    replacement: "",
    mistake: "open returns before the name of its epoch is on disk",
    test: {
      file: "power-loss.test.ts",
      title: "what an open and a sync have brought to disk is found",
    },
  },
  {
    id: "unlinked-late",
    file: "recovery/open-tree.ts",
    text: `      if (errorCode(failure) === "STORE_CORRUPT") this.#unlink(source);
`,
    replacement: `      this.#unlink(source);
`,
    mistake: "files go that a manifest may name, when an open fails late",
    test: {
      file: "power-loss.test.ts",
      title: "an open that fails when its manifest is written takes nothing from the epoch before",
    },
  },
  {
    id: "sync-of-spare-of-flush",
    file: "compaction/flush.ts",
    text: `      yield syncing.file(this.#spare.file);
`,
    replacement: "",
    mistake: "a manifest names a spare segment that is not on disk",
    test: {
      file: "power-loss.test.ts",
      title: "what is written while flushes and compactions are under way is found",
    },
  },
  {
    id: "sync-of-manifest",
    file: "format/manifest.ts",
    text: `    yield syncing.file(file);
`,
    replacement: "",
    mistake: "a manifest gets its name before its content is on disk",
    test: { file: "power-loss.test.ts", title: "flushes and compactions lose nothing" },
  },
  {
    id: "directory-of-manifest",
    file: "format/manifest.ts",
    text: `  yield syncing.directory(directory);
`,
    replacement: "",
    mistake: "old files are removed before the new manifest is on disk",
    test: { file: "power-loss.test.ts", title: "flushes and compactions lose nothing" },
  },
  {
    id: "directory-of-missing-directories",
    file: "platform/make-directories.ts",
    text: `  fileSystem.syncDirectory(parent);
}`,
    replacement: "}",
    mistake: "open returns before the names of the directories that it made are on disk",
    test: {
      file: "power-loss.test.ts",
      title: "what an open and a sync have brought to disk is found",
    },
  },
  {
    id: "directory-of-known-directories",
    file: "platform/make-directories.ts",
    text: `    fileSystem.syncDirectory(parent);
    return;`,
    replacement: "    return;",
    mistake: "a directory that another process has made, and not synced, is taken for durable",
    test: {
      file: "power-loss.test.ts",
      title: "what is in directories that a process had made before it died is found",
    },
  },
  {
    id: "directory-of-discarded",
    file: "ownership/obsolete-files.ts",
    text: `    if (mayCount) fileSystem.syncDirectory(directory);
`,
    replacement: "",
    mistake: "the files of an epoch that failed late go while its manifest may still be found",
    test: {
      file: "power-loss.test.ts",
      title: "an open that fails when its manifest is written takes nothing",
    },
  },
  {
    id: "sync-of-copy",
    file: "platform/link-or-copy.ts",
    text: `      fileSystem.sync(target);
`,
    replacement: "",
    mistake: "a manifest names a copy that isn't on disk",
    test: { file: "power-loss.test.ts", title: "what a takeover has copied is found" },
  },
];
