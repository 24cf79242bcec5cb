import { type Mutant, testsOf } from "./mutant.js";

const inCompaction = testsOf("compaction.test.ts");
const inPowerLoss = testsOf("power-loss.test.ts");

/** What a compaction does while the table is used, fails or dies. */
export const COMPACTION_MUTANTS: readonly Mutant[] = [
  {
    id: "removed-before-manifest",
    file: "compaction.ts",
    text: "    this.#isDiscardable = false;\n",
    replacement: "    this.#isDiscardable = false;\n    files.remove(old, null);\n",
    mistake: "old segments go before a manifest names the new ones",
    test: inCompaction("a crash at any call of a compaction leaves all records"),
  },
  {
    id: "named-and-discarded",
    file: "compaction.ts",
    text: "    this.#isDiscardable = false;\n",
    replacement: "",
    mistake: "segments that a manifest may name are removed after a failure",
    test: inCompaction("any call of a compaction that fails: the table goes on"),
  },
  {
    id: "removed-after-failure",
    file: "compaction.ts",
    text: "    if (failure === undefined) files.remove(old, hint);",
    replacement: "    files.remove(old, hint);",
    mistake: "old segments go although the new manifest may not be on disk",
    test: inPowerLoss("a compaction whose manifest can't be synced loses nothing"),
  },
  {
    id: "gave-up-named",
    file: "compaction.ts",
    text: "      if (!this.#counts()) throw error;\n",
    replacement: "      throw error;\n",
    mistake: "after a failure the log goes on as before, while a manifest names what was written",
    test: inCompaction("one whose manifest may not be on disk is the past for the next one"),
  },
  {
    id: "version-of-manifest",
    file: "log-files.ts",
    text: "return version === this.#version;",
    replacement: "return true;",
    mistake: "a manifest that was begun earlier replaces a later one",
    test: inCompaction("a %s that fails while one begins loses nothing"),
  },
  {
    id: "other-segments",
    file: "compaction.ts",
    text: "files.segments === old && ",
    replacement: "",
    mistake: "a manifest drops the segment in which the log went on meanwhile",
    test: inCompaction("a %s that fails while one begins loses nothing"),
  },
  {
    id: "other-active",
    file: "disk-log.ts",
    text: "    if (!isLast()) {\n",
    replacement: "    if (segment.isSealed) {\n",
    mistake: "the log goes on in a segment before the one in which it went on meanwhile",
    test: inCompaction("a %s that fails while one begins loses nothing"),
  },
  {
    id: "switch-without-sync",
    file: "disk-log.ts",
    text: "    if (isLast()) this.#durability.syncWithMark();\n",
    replacement: "",
    mistake: "a segment is sealed for a compaction before all of it is on disk",
    test: inCompaction("reads, writes and iterators go on meanwhile"),
  },
  {
    id: "mark-of-sealed",
    file: "disk-log.ts",
    text: "this.#durability.syncWithMark()",
    replacement: "this.#durability.sync()",
    mistake:
      "the log goes on in a new segment while the mark at the end of the old one isn't on disk",
    test: inPowerLoss("what is written while a compaction is under way is found"),
  },
  {
    id: "dead-records",
    file: "copy-live.ts",
    text: "      if (!directory.holds(key, position)) continue;\n",
    replacement: "",
    mistake: "a compaction brings dead records back",
    test: inCompaction("gives the room of dead records back"),
  },
  {
    id: "abandoned-while-it-counts",
    file: "compaction.ts",
    text: "    if (this.#counts()) {\n",
    replacement: "    if (false) {\n",
    mistake: "close writes a hint that points to segments that are gone",
    test: inCompaction("closing a %s before any wait of a compaction is over"),
  },
  {
    id: "segments-meanwhile",
    file: "compaction.ts",
    text: "files.segments.filter((segment) => !old.includes(segment));",
    replacement: "files.segments.slice(-1);",
    mistake: "a segment that was begun and filled while a compaction ran is dropped",
    test: inCompaction("a %s that fails while one begins loses nothing"),
  },
];
