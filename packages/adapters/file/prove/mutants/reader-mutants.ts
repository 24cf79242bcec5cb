import type { Mutant } from "./mutant.js";

/** What is seen by who does not own a data directory, or has a copy. */
export const READER_MUTANTS: readonly Mutant[] = [
  {
    id: "reader-next-owner",
    file: "log/log-tail.ts",
    text: "for (let at = this.#at + 1; at < this.#logs.length; at++) {",
    replacement: "for (let at = this.#at + 1; at < this.#at + 2 && at < this.#logs.length; at++) {",
    mistake: "a reader stops at a spare segment that was never begun",
    test: {
      file: "engine/reader.test.ts",
      title: "a reader sees what the next owner of a killed one's directory writes",
    },
  },
  {
    id: "reader-taken-back",
    file: "log/log-tail.ts",
    text: "const last = next?.sequence ?? Number.POSITIVE_INFINITY;",
    replacement: "const last = Number.POSITIVE_INFINITY;",
    mistake: "a reader takes in what the owner has taken back",
    test: {
      file: "engine/reader.test.ts",
      title: "a reader sees no write that was taken back, and those after it",
    },
  },
  {
    id: "reader-history",
    file: "log/log-tail.ts",
    text: '!== this.sequence) return "another history";',
    replacement: '=== -1) return "another history";',
    mistake: "a reader goes on with what was taken back",
    test: {
      file: "log/log.test.ts",
      title:
        "hands over what has come, batch by batch, over segments, until there is another history",
    },
  },
  {
    id: "reader-half-batch",
    file: "log/log-tail.ts",
    text: `        if (goesOn) continue;
`,
    replacement: "",
    mistake: "a reader sees half a batch",
    test: {
      file: "log/log.test.ts",
      title:
        "hands over what has come, batch by batch, over segments, until there is another history",
    },
  },
  {
    id: "reader-tables",
    file: "file-backend.ts",
    text: `      view.checkOpen();
      return view.catalogue.list(domain);`,
    replacement: "      return view.catalogue.list(domain);",
    mistake: "a reader lists the tables that there were",
    test: {
      file: "engine/reader.test.ts",
      title:
        "a reader lists a table that was created since, and not one that was dropped, a second later",
    },
  },
  {
    id: "reader-cache",
    file: "engine/read-only-tree.ts",
    text: `    this.entries.clear();
`,
    replacement: "",
    mistake: "a reader finds records that it read before, and that are others by now",
    test: {
      file: "engine/lives.test.ts",
      title:
        "sees what its owner has written, over flushes, compactions and another owner, and writes nothing",
    },
  },
  {
    id: "reader-sizes",
    file: "engine/read-only-tree.ts",
    text: `    this.catalogue.reload(new Map(deltas));
`,
    replacement: "",
    mistake: "a reader says the sizes that tables had",
    test: {
      file: "engine/lives.test.ts",
      title:
        "sees what its owner has written, over flushes, compactions and another owner, and writes nothing",
    },
  },
  {
    id: "backup-of-log",
    file: "file-backend.ts",
    text: `      tree.maintenance.flushNow();
`,
    replacement: "",
    mistake: "a backup lacks what is in the log only",
    test: {
      file: "engine/backup.test.ts",
      title:
        "copies all tables as they are, while their owner goes on, to a directory like any other",
    },
  },
  {
    id: "reader-below-mark",
    file: "log/log-tail.ts",
    text: `      if (bad !== undefined && this.#readSegment(last) === bad) return "damaged";
`,
    replacement: "",
    mistake: "a reader takes what changed below a mark for the end of the log",
    test: {
      file: "recovery/adopted-log.test.ts",
      title: "a reader meets what changed below a mark of the log that it follows",
    },
  },
  {
    id: "reader-missing",
    file: "log/log-tail.ts",
    text: `      if (this.sequence < next.confirmed) return "damaged";
`,
    replacement: "",
    mistake: "a reader doesn't see that a log lacks what was on disk",
    test: {
      file: "recovery/adopted-log.test.ts",
      title: "and was cut off there, at byte %s, can't be read without an owner",
    },
  },
];
