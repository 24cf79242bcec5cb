import { type Mutant, testsOf } from "./mutant.js";

const inRecovery = testsOf("recovery.test.ts");
const inRepair = testsOf("repair.test.ts");
const inTruncation = testsOf("truncation.test.ts");
const inWriteFailure = testsOf("write-failure.test.ts");

/** What of a log counts, and what is carried into the next epoch. */
export const RECOVERY_MUTANTS: readonly Mutant[] = [
  {
    id: "seal-at-size",
    file: "active-segment.ts",
    text: "    this.segment.length = this.durable;\n",
    replacement: "",
    mistake: "what was carried to another segment counts where it was, too",
    test: testsOf("sync-failure.test.ts")("a failed one is never tried again on the same file"),
  },
  {
    id: "sealed-length",
    file: "adopted-segment.ts",
    text: "const end = Math.min(size, length ?? size);",
    replacement: "const end = size;",
    mistake: "what stands behind the sealed length of a segment counts",
    test: inWriteFailure("what a failed write left behind doesn't come back"),
  },
  {
    id: "too-short",
    file: "adopted-segment.ts",
    text: "length !== null && size < length ? { file, from: size, to: length } : undefined",
    replacement: "undefined",
    mistake: "a segment that is shorter than the manifest says is taken for whole",
    test: inRepair("of a closed table that is cut off at any byte: what is lost is counted"),
  },
  {
    id: "batch-flag",
    file: "replay.ts",
    text: "if (this.#batch === undefined && !goesOn) {",
    replacement: "if (this.#batch === undefined) {",
    mistake: "half a batch counts",
    test: inTruncation("above the last mark holds what the changes before have made of it"),
  },
  {
    id: "torn-below-mark",
    file: "replay.ts",
    text: "(scanner.isAtEnd || !scanner.isBelowMark())",
    replacement: "true",
    mistake: "damage to what was on disk is taken for a torn tail",
    test: inRepair("keeps what is good, the damaged files aside, and says what is lost"),
  },
  {
    id: "earlier-end",
    file: "replay.ts",
    text: "for (const { file, from, to } of this.#ends) this.losses.damage(file, from, to);",
    replacement: "",
    mistake: "an end of the log with changes behind it is passed over",
    test: inRepair("whose length no manifest says ends where it is damaged"),
  },
  {
    id: "numbers-of-torn-batch",
    file: "replay.ts",
    text: "    this.losses.sequence -= this.#batch?.effects.length ?? 0;\n",
    replacement: "",
    mistake: "the numbers of changes go on behind a batch that doesn't count",
    test: inTruncation("the numbers of changes go on without a gap behind a batch"),
  },
  {
    id: "number-seen-before",
    file: "loss-count.ts",
    text: "if (this.#isSequenceKnown && sequence <= this.sequence) return false;",
    replacement: "",
    mistake: "a change that was seen before is applied again",
    test: inRepair("a change whose number was there before isn't applied again"),
  },
  {
    id: "gap-in-numbers",
    file: "loss-count.ts",
    text: "    this.#expect(sequence - this.sequence, file, offset);\n",
    replacement: "",
    mistake: "changes that are missing aren't missed",
    test: inRepair("counts a change that is lost"),
  },
  {
    id: "count-of-base",
    file: "loss-count.ts",
    text: "    this.#expect(records - (this.#baseRecords ?? records), file, offset);\n",
    replacement: "",
    mistake: "records that are missing in the output of a compaction aren't missed",
    test: inRepair("records that are lost from what a compaction wrote are counted"),
  },
  {
    id: "tail-left",
    file: "takeover.ts",
    text: "      if (from < segment.length) carried.push({ segment, from });\n",
    replacement: "",
    mistake: "what isn't known to be on disk isn't carried into the next epoch",
    test: inRecovery("is the same after each step of its life"),
  },
  {
    id: "tail-twice",
    file: "takeover.ts",
    text: "        for (const { segment, from } of carried) segment.length = from;\n",
    replacement: "",
    mistake: "what is carried into the next epoch counts in the old segment, too",
    test: inRecovery("what is carried from behind what stays counts once"),
  },
  {
    id: "tombstones",
    file: "takeover.ts",
    text: "if (frameKind(buffer, at) === FrameKind.sync) continue;",
    replacement: "if (frameKind(buffer, at) !== FrameKind.put) continue;",
    mistake: "tombstones go while older copies of their keys are there",
    test: inRecovery("is the same after each step of its life"),
  },
  {
    id: "carried-batch",
    file: "takeover.ts",
    text: " && !batchGoesOn(buffer, at)) {",
    replacement: ") {",
    mistake: "a batch that is carried over is cut in pieces, each of which is synced",
    test: inRecovery("a batch of more bytes than are carried at a time stays one batch"),
  },
  {
    id: "carried-twice",
    file: "lost-manifest.ts",
    text: "        until = Math.min(until, first ?? until);\n",
    replacement: "",
    mistake: "without a manifest, what was written again counts where it was, too",
    test: inRepair("that is gone: what a write has left that failed doesn't count"),
  },
  {
    id: "aside",
    file: "recovery.ts",
    text: `        report.reason === "damage"
          ? keepAside(this.#environment, this.#tableDirectory, source, report)
          : undefined;`,
    replacement: "        undefined;",
    mistake: "the files of a damaged table are gone when it was repaired",
    test: inRepair("keeps what is good, the damaged files aside, and says what is lost"),
  },
  {
    id: "older-table",
    file: "source.ts",
    text: "    if (!isLost) continue;\n",
    replacement: "    continue;\n",
    mistake: "an older table is taken for one whose manifest is gone",
    test: inRepair("of an earlier epoch isn't taken for one that is damaged or gone"),
  },
  {
    id: "half-compaction",
    file: "lost-manifest.ts",
    text: "before.length > 0 && !isDone",
    replacement: "before.length > 0 && false",
    mistake:
      "without a manifest, a compaction that wasn't finished counts, and what it was made of doesn't",
    test: inRepair("that is gone: of a compaction counts either all or nothing"),
  },
];
