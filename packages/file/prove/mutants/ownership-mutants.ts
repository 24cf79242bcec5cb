import { type Mutant, testsOf } from "./mutant.js";

const inClaim = testsOf("claim.test.ts");
const inFencing = testsOf("fencing.test.ts");
const inLease = testsOf("lease.test.ts");
const inInterleaving = testsOf("ownership-interleaving.test.ts");
const inWakingOwner = testsOf("waking-owner.test.ts");

/** Who owns a table, and until when. */
export const OWNERSHIP_MUTANTS: readonly Mutant[] = [
  {
    id: "lease-after-write",
    file: "disk-log.ts",
    text: "    this.#liveBytes -= freed;\n    this.#lease.check();\n",
    replacement: "    this.#liveBytes -= freed;\n",
    mistake: "a write of an owner whose table was taken over is acknowledged",
    test: inFencing("can't write any more, and what it tries isn't in the table"),
  },
  {
    id: "lease-after-sync",
    file: "disk-log.ts",
    text: "    this.#durability.sync();\n    this.#lease.check();\n",
    replacement: "    this.#durability.sync();\n",
    mistake: "a sync of an owner whose table was taken over succeeds",
    test: inFencing("is told by a sync, too, though there is nothing to be written"),
  },
  {
    id: "lease-before-takeover",
    file: "takeover.ts",
    text: "    this.#claim.lease.verify();\n",
    replacement: "",
    mistake: "a claimant that was stalled makes its epoch count after another's",
    test: inWakingOwner("an open before whose end another claims the table"),
  },
  {
    id: "lease-before-compaction",
    file: "compaction.ts",
    text: "    this.#lease.verify();\n    this.#isDiscardable",
    replacement: "    this.#isDiscardable",
    mistake: "a compaction of an owner whose table was taken over goes on",
    test: inWakingOwner("a compaction before whose end another claims the table"),
  },
  {
    id: "lease-before-close",
    file: "disk-log.ts",
    text: "    this.#lease.verify();\n    const options = { clean: true",
    replacement: "    const options = { clean: true",
    mistake: "close of an owner whose table was taken over succeeds",
    test: inWakingOwner("a close before whose end another claims the table is fenced"),
  },
  {
    id: "number-after-disturbance",
    file: "file-backend.ts",
    text: "        withdrawn = claim.epoch;\n",
    replacement: "",
    mistake: "an open that begins anew makes an epoch with the number of its last one",
    test: testsOf("waking-owner.test.ts")(
      "a recovery under which the owner before wakes up, and removes what is recovered, begins anew",
    ),
  },
  {
    id: "number-again",
    file: "ownership/claim.ts",
    text: "Math.max(above, epochs.at(-1) ?? 0)",
    replacement: "(epochs.at(-1) ?? 0)",
    mistake: "an epoch gets the number of one that its owner has withdrawn",
    test: inClaim("whose epoch someone removes as that of a dead owner makes a higher one"),
  },
  {
    id: "second-look",
    file: "ownership/claim.ts",
    text: "!lease.isLost && findHolder(environment, tableDirectory, others) === undefined",
    replacement: "!lease.isLost",
    mistake: "a claimant doesn't look again for owners that woke up meanwhile",
    test: inClaim("withdraws when the owner wakes up meanwhile"),
  },
  {
    id: "lost-at-once",
    file: "ownership/claim.ts",
    text: "!lease.isLost && findHolder",
    replacement: "findHolder",
    mistake: "a claim is granted although there is a later epoch",
    test: inClaim("goes on with the next number when others come and go"),
  },
  {
    id: "abandoned-owner",
    file: "ownership/epoch-status.ts",
    text: " || isAbandoned(host, owner.uuid)",
    replacement: "",
    mistake: "a table that could not be given back is closed to its own process",
    test: inClaim("may be claimed again at once by the same process, but not by another"),
  },
  {
    id: "living-owner",
    file: "ownership/epoch-status.ts",
    text: "host.wallTime() - heartbeat.modifiedAt <= STALE_AFTER",
    replacement: "host.wallTime() - heartbeat.modifiedAt < 0",
    mistake: "an owner that lives is taken for dead",
    test: inFencing("a table that is open is STORE_LOCKED for another process"),
  },
  {
    id: "look-before-beat",
    file: "ownership/lease.ts",
    text: "    if (!this.#look()) return;\n    const { fileSystem, host }",
    replacement: "    const { fileSystem, host }",
    mistake: "an owner that overslept looks alive again",
    test: inLease("of an owner that overslept finds the table taken over by itself"),
  },
  {
    id: "look-after-beat",
    file: "ownership/lease.ts",
    text: "    if (!this.#look()) return;\n    this.#beatAt",
    replacement: "    this.#beatAt",
    mistake: "a beat counts that another has not seen",
    test: inInterleaving("an owner that wakes up keeps its table, or loses it"),
  },
  {
    id: "monotonic-clock",
    file: "ownership/lease.ts",
    text: " && host.monotonicTime() - this.#beatAtMonotonic < FRESH_FOR",
    replacement: "",
    mistake: "a clock that was set back makes an old heartbeat fresh",
    test: inLease("when the clock was set back by what had passed"),
  },
  {
    id: "wall-clock",
    file: "ownership/lease.ts",
    text: "age >= 0 && age < FRESH_FOR && ",
    replacement: "",
    mistake: "a machine that slept takes an old heartbeat for a fresh one",
    test: inLease("looks once; without a contender the table stays, and is held again"),
  },
  {
    id: "disturbance",
    file: "recovery.ts",
    text: "    if (now !== this.#earlierEpochs) throw new Disturbance();\n",
    replacement: "",
    mistake: "a recovery believes what an owner that woke up has changed under it",
    test: inWakingOwner("a recovery under which the owner before wakes up"),
  },
  {
    id: "epoch-removed-too-early",
    file: "recovery.ts",
    text: "      this.#syncTails(source, replayed);\n",
    replacement:
      '      fileSystem.remove(join(source.directory, "MANIFEST"));\n      this.#syncTails(source, replayed);\n',
    mistake: "the epoch before goes before the new one counts",
    test: testsOf("recovery.test.ts")("open can fail or crash at any call"),
  },
  {
    id: "release",
    file: "disk-log.ts",
    text: "      () => this.#lease.release(),\n",
    replacement: "",
    mistake: "close doesn't give the table back",
    test: testsOf("two-processes.test.ts")("two stores of one process can't have a table twice"),
  },
];
