import { type Mutant, testsOf } from "./mutant.js";

const inWriteFailure = testsOf("write-failure.test.ts");
const inCounters = testsOf("atomic-counter-table.test.ts");

/** What is written, and what is done when it isn't. */
export const WRITE_MUTANTS: readonly Mutant[] = [
  {
    id: "short-write",
    file: "platform/whole-file.ts",
    text: "    at += written;",
    replacement: "    at = end;",
    mistake: "a short write is taken for a whole one",
    test: inWriteFailure("short writes and short reads are gone on with"),
  },
  {
    id: "short-read",
    file: "platform/whole-file.ts",
    text: "    if (count === 0) break;\n    read += count;",
    replacement: "    read += count;\n    break;",
    mistake: "a short read is taken for the end of the file",
    test: inWriteFailure("short writes and short reads are gone on with"),
  },
  {
    id: "torn-end",
    file: "disk-log.ts",
    text: "      if (active.isTorn) this.#rotateTorn();\n",
    replacement: "",
    mistake: "writes go on behind what a failed write has left",
    test: inWriteFailure("a write that fails changes nothing"),
  },
  {
    id: "unstaged",
    file: "disk-log.ts",
    text: "      this.active.abandon();\n",
    replacement: "",
    mistake: "a batch of which a record can't be encoded is written with the next one",
    test: testsOf("unencodable-record.test.ts")("that can't be encoded fails its batch as a whole"),
  },
  {
    id: "unwritten",
    file: "active-segment.ts",
    text: "      this.abandon();\n",
    replacement: "",
    mistake: "a batch whose write failed is in memory as if it had been written",
    test: inWriteFailure("a write that fails changes nothing"),
  },
  {
    id: "memory-before-write",
    file: "set-table.ts",
    text: `    log.commit();
    log.acknowledge(this.directory.put(record[0], log.positionAt(0), log.lengthAt(0)));`,
    replacement: `    const freed = this.directory.put(record[0], log.positionAt(0), log.lengthAt(0));
    log.commit();
    log.acknowledge(freed);`,
    mistake: "memory changes before the write has succeeded",
    test: inWriteFailure("a write that fails changes nothing"),
  },
  {
    id: "live-bytes",
    file: "disk-log.ts",
    text: "    this.#liveBytes -= freed;\n",
    replacement: "",
    mistake: "dead bytes are taken for live ones",
    test: testsOf("compaction.test.ts")("gives the room of dead records back"),
  },
  {
    id: "live-bytes-of-clear",
    file: "disk-log.ts",
    text: "clears ? putBytes : this.#liveBytes + putBytes",
    replacement: "this.#liveBytes + putBytes",
    mistake: "what deleteAllObjects removed is taken for live",
    test: testsOf("compaction.test.ts")("deleteAllObjects gives everything back"),
  },
  {
    id: "flush",
    file: "atomic-counter-table.ts",
    text: "      () => this.flushCounters(),\n",
    replacement: "",
    mistake: "close loses what counters have counted",
    test: inCounters("%s writes what changed"),
  },
  {
    id: "flush-of-delta",
    file: "atomic-counter-table.ts",
    text: "flatMap(({ key }) => this.lookup(key));",
    replacement: "flatMap(({ key }) => this.#table.lookup(key));",
    mistake: "a flush writes the records as they were",
    test: inCounters("%s writes what changed"),
  },
  {
    id: "flushed-before",
    file: "atomic-counter-table.ts",
    text: "    try {\n      const records = [...this.#counters.changed]",
    replacement:
      "    try {\n      const changed = [...this.#counters.changed];\n      this.#counters.markFlushed();\n      const records = changed",
    mistake: "counters whose flush failed count as flushed",
    test: inCounters("a flush that fails leaves the counters, and the next one writes them"),
  },
];
