import type { Mutant } from "./mutant.js";

/** Who owns a data directory, and how long. */
export const OWNERSHIP_MUTANTS: readonly Mutant[] = [
  {
    id: "lease-before-files",
    file: "ownership/lease.ts",
    text: `  guard<T>(action: () => T): T {
    this.verify();
`,
    replacement: `  guard<T>(action: () => T): T {
`,
    mistake: "an owner changes names in a directory that isn't its own any more",
    test: {
      file: "ownership/lease.test.ts",
      title: "of a lost lease does nothing; of one that is lost meanwhile fails for that reason",
    },
  },
  {
    id: "owner-by-number",
    file: "ownership/lease.ts",
    text: "last === this.#leased.epoch && this.#isOwn()",
    replacement: "last === this.#leased.epoch",
    mistake: "an epoch is known by its number: a backup that was put back is taken for one's own",
    test: {
      file: "ownership/lease.test.ts",
      title: "is lost at once for whoever looks, and left to its new owner",
    },
  },
  {
    id: "owner-of-copy",
    file: "ownership/lease.ts",
    text: "return this.#inode === undefined || this.#inodeOfOwner() === this.#inode;",
    replacement: "return true;",
    mistake: "a backup of the same epoch is taken for one's own",
    test: {
      file: "ownership/lease.test.ts",
      title: "is lost, too, when it is a backup of the same epoch",
    },
  },
  {
    id: "release-of-another",
    file: "ownership/lease.ts",
    text: `      if (!this.#isOwn()) throw this.#fenced();
`,
    replacement: "",
    mistake: "an owner gives back what another owns by now",
    test: {
      file: "ownership/lease.test.ts",
      title: "isn't given back by its owner, who didn't look before",
    },
  },
  {
    id: "silent-owner",
    file: "ownership/epoch-status.ts",
    text: `  if (verdict === "lives" && isNewest) return { isHeld: true, owner };
`,
    replacement: "",
    mistake: "an owner that runs, but is silent for long, is robbed",
    test: { file: "ownership/claim.test.ts", title: "keeps its table however long it is silent" },
  },
  {
    id: "ended-thread",
    file: "ownership/epoch-status.ts",
    text: `  if (isOpen === false) return "gone";
`,
    replacement: "",
    mistake: "the table of a thread that has ended waits for its heartbeat to grow old",
    test: { file: "ownership/claim.test.ts", title: "in a thread is told by what it has open" },
  },
  {
    id: "own-clock",
    file: "ownership/epoch-status.ts",
    text: "time.now() - heartbeat.modifiedAt",
    replacement: "environment.host.wallTime() - heartbeat.modifiedAt",
    mistake: "a process whose clock is an hour off robs others",
    test: {
      file: "ownership/claim.test.ts",
      title: "is not robbed, and doesn't rob, when its clock is an hour off",
    },
  },
  {
    id: "link-followed",
    file: "ownership/obsolete-files.ts",
    text: "fileSystem.linkStatus(path)?.kind",
    replacement: "fileSystem.status(path)?.kind",
    mistake: "removal follows a link",
    test: {
      file: "ownership/obsolete-files.test.ts",
      title: "removal takes links away, and leaves what they lead to",
    },
  },
  {
    id: "number-again",
    file: "ownership/claim.ts",
    text: "Math.max(above, epochs.at(-1) ?? 0)",
    replacement: "(epochs.at(-1) ?? 0)",
    mistake: "an epoch gets the number of one that its owner has withdrawn",
    test: {
      file: "ownership/claim.test.ts",
      title: "whose epoch someone removes as that of a dead owner makes a higher one",
    },
  },
  {
    id: "second-look",
    file: "ownership/claim.ts",
    text: ` &&
      findHolder(environment, parent, others, { newest: epoch, uuid }) === undefined`,
    replacement: "",
    mistake: "a claimant doesn't look again for owners that woke up meanwhile",
    test: { file: "ownership/claim.test.ts", title: "withdraws when the owner wakes up meanwhile" },
  },
  {
    id: "lost-at-once",
    file: "ownership/claim.ts",
    text: `      !lease.isLost &&
      findHolder`,
    replacement: "      findHolder",
    mistake: "a claim is granted although there is a later epoch",
    test: {
      file: "ownership/claim.test.ts",
      title: "goes on with the next number when others come and go",
    },
  },
  {
    id: "abandoned-owner",
    file: "ownership/epoch-status.ts",
    text: `  if (local !== undefined) return local === "live" && !isCopy ? "lives" : "gone";
`,
    replacement: "",
    mistake: "a table that could not be given back is closed to its own process",
    test: {
      file: "ownership/claim.test.ts",
      title: "may be claimed again at once by the same process, but not by another",
    },
  },
  {
    id: "living-owner",
    file: "ownership/epoch-status.ts",
    text: "if (age > STALE_AFTER)",
    replacement: "if (age >= 0)",
    mistake: "an owner that lives is taken for dead",
    test: {
      file: "ownership/lease.test.ts",
      title: "holds an idle table for as long as the event loop turns",
    },
  },
  {
    id: "look-before-beat",
    file: "ownership/lease.ts",
    text: `    if (!this.#look()) return;
    const { fileSystem, host }`,
    replacement: "    const { fileSystem, host }",
    mistake: "an owner that overslept looks alive again",
    test: {
      file: "ownership/lease.test.ts",
      title: "of an owner that overslept finds the table taken over by itself",
    },
  },
  {
    id: "look-after-beat",
    file: "ownership/lease.ts",
    text: `    if (!this.#look()) return;
    this.#beatAt`,
    replacement: "    this.#beatAt",
    mistake: "a beat counts that another has not seen",
    test: {
      file: "ownership/ownership-interleaving.test.ts",
      title: "an owner that wakes up keeps its table, or loses it",
    },
  },
  {
    id: "monotonic-clock",
    file: "ownership/lease.ts",
    text: "return Math.max(age, host.monotonicTime() - this.#beatAtMonotonic);",
    replacement: "return age;",
    mistake: "a clock that was set back makes an old heartbeat fresh",
    test: {
      file: "ownership/lease.test.ts",
      title: "when the clock was set back by what had passed",
    },
  },
  {
    id: "wall-clock",
    file: "ownership/lease.ts",
    text: "return Math.max(age, host.monotonicTime() - this.#beatAtMonotonic);",
    replacement: "return host.monotonicTime() - this.#beatAtMonotonic;",
    mistake: "a machine that slept takes an old heartbeat for a fresh one",
    test: {
      file: "ownership/lease.test.ts",
      title: "looks once; without a contender the table stays, and is held again",
    },
  },
];
