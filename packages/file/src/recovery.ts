import { join } from "node:path";
import type { TableType, Toolkit } from "@store/core";
import { type AdoptedSegment, adoptHint, adoptSegments } from "./adopted-segment.js";
import type { Directory } from "./directory.js";
import type { Recovered } from "./disk-log.js";
import { type HintResult, readHint } from "./hint.js";
import { LogFiles } from "./log-files.js";
import type { Claim } from "./ownership/claim.js";
import { attemptAll } from "./platform/attempt-all.js";
import { bestEffort } from "./platform/best-effort.js";
import type { Environment } from "./platform/environment.js";
import type { RepairReport } from "./repair-report.js";
import { Replay } from "./replay.js";
import { SEGMENT_HEADER_BYTES, type Segment } from "./segment.js";
import { describeEpochs, findSource, keepAside, type Source } from "./source.js";
import { type Replayed, Takeover } from "./takeover.js";

/** What to do about a damaged table: refuse it, keep what is good, or write even a sound one anew. */
export type Repair = boolean | "force";

/** What a table is opened with. */
export interface RecoveryOptions {
  readonly domain: string;
  readonly name: string;
  /** For a new table. */
  readonly type: TableType;
  readonly repair: Repair;
  /** An empty key directory for a table of that type. */
  readonly createDirectory: (
    type: TableType,
    comparePositions: (a: number, b: number) => number,
  ) => Directory;
}

/** An earlier owner, who was taken for dead, has changed things while they were looked at. */
export class Disturbance extends Error {
  constructor() {
    super("another owner of the table, which seemed to be dead, goes on changing its files");
  }
}

/**
 * Opens the log of a table in the epoch that was claimed:
 *
 * 1. finds what the owner before left, and links its files into the new epoch;
 * 2. replays them into a key directory;
 * 3. begins a new segment, since the files of others are never written; what isn't known to be on disk is carried over,
 *    so that it gets there;
 * 4. writes the manifest; from here on the new epoch counts.
 *
 * Until then nothing that was there has changed: it can fail, or crash, at any point, and be done again (I8).
 *
 * @throws Disturbance if it has to be done again, in a new epoch
 */
export function recoverLog(
  environment: Environment,
  tableDirectory: string,
  claim: Claim,
  options: RecoveryOptions,
  toolkit: Toolkit,
): Recovered {
  const recovery = new Recovery(environment, tableDirectory, claim, options, toolkit);
  try {
    return recovery.run();
  } catch (failure) {
    recovery.checkUndisturbed();
    throw failure;
  }
}

class Recovery {
  readonly #environment: Environment;
  readonly #tableDirectory: string;
  readonly #claim: Claim;
  readonly #options: RecoveryOptions;
  readonly #toolkit: Toolkit;
  readonly #earlierEpochs: string;

  constructor(
    environment: Environment,
    tableDirectory: string,
    claim: Claim,
    options: RecoveryOptions,
    toolkit: Toolkit,
  ) {
    this.#environment = environment;
    this.#tableDirectory = tableDirectory;
    this.#claim = claim;
    this.#options = options;
    this.#toolkit = toolkit;
    this.#earlierEpochs = describeEpochs(environment, tableDirectory, claim.epoch);
  }

  run(): Recovered {
    const { repair } = this.#options;
    const { error } = this.#toolkit;
    const source = findSource(
      this.#environment,
      this.#tableDirectory,
      this.#claim.epoch,
      repair,
      error,
    );
    if (source !== undefined) return this.#open(source);
    this.checkUndisturbed();
    return this.#create();
  }

  /** What was found, or failed, counts only if nobody has changed the files meanwhile. */
  checkUndisturbed(): void {
    this.#claim.lease.verify();
    const { epoch } = this.#claim;
    const now = describeEpochs(this.#environment, this.#tableDirectory, epoch);
    if (now !== this.#earlierEpochs) throw new Disturbance();
  }

  #create(): Recovered {
    const { name, type } = this.#options;
    const uuid = this.#environment.host.uuid().replaceAll("-", "");
    const files = this.#files({ name, type, uuid });
    const directory = this.#options.createDirectory(type, files.comparePositions);
    const active = this.#takeover(files, directory).create();
    return { files, active, directory, liveBytes: 0, report: undefined };
  }

  #open(source: Source): Recovered {
    const { domain, name, repair } = this.#options;
    const { fileSystem } = this.#environment;
    const { error } = this.#toolkit;
    const files = this.#files({ name, type: source.type, uuid: source.uuid });
    try {
      const directory = this.#options.createDirectory(source.type, files.comparePositions);
      const adopted = adoptSegments(fileSystem, source, files, error);
      const hint = repair === "force" ? null : adoptHint(fileSystem, source, files);
      const replayed = this.#replay(source, adopted, files, directory, hint);
      const { replay } = replayed;
      const { liveBytes } = replay;
      this.#syncTails(source, replayed);
      const takeover = this.#takeover(files, directory);
      const report = reportOf(replay, repair, { domain, table: name }, directory.size);
      if (report === undefined || report.reason === "torn tail") {
        const active = takeover.carryOver(replayed);
        return { files, active, directory, liveBytes, report };
      }
      this.checkUndisturbed();
      const keptAside =
        report.reason === "damage"
          ? keepAside(this.#environment, this.#tableDirectory, source, report)
          : undefined;
      const active = takeover.rewrite(replayed);
      return { files, active, directory, liveBytes, report: { ...report, keptAside } };
    } catch (failure) {
      files.close();
      throw failure;
    }
  }

  #files(table: { name: string; type: TableType; uuid: string }): LogFiles {
    return new LogFiles(this.#environment, this.#claim, table, this.#toolkit.error);
  }

  #replay(
    source: Source,
    adopted: readonly AdoptedSegment[],
    files: LogFiles,
    directory: Directory,
    hintName: string | null,
  ): Replayed {
    const mayRepair = this.#options.repair !== false;
    const segments = adopted.flatMap(({ segment }) => segment ?? []);
    const hint =
      hintName === null ? undefined : this.#readHint(files, hintName, segments, directory);
    try {
      const replay = new Replay(source, files, directory, this.#toolkit, mayRepair, hint);
      const durable = new Map<Segment, number>();
      for (const one of adopted) {
        const { segment } = one;
        const covered = segment && hint?.covered.get(segment.id);
        const end = replay.segment(one, covered ?? SEGMENT_HEADER_BYTES);
        if (segment !== undefined) durable.set(segment, end);
      }
      replay.finish();
      if (hint === undefined || replay.losses.damaged.length === 0) {
        return { replay, segments, durable, hint: hintName, isHinted: hint !== undefined };
      }
    } catch (failure) {
      if (hint === undefined || !mayRepair) throw failure;
    }
    // What the hint was believed about may be damaged, too: look at everything.
    directory.clear();
    return this.#replay(source, adopted, files, directory, null);
  }

  /**
   * Brings to disk what isn't known to be there, where it was found: else, should the machine stop before the new epoch
   * counts, what that has of it would look like later changes.
   */
  #syncTails({ directory }: Source, { segments, durable }: Replayed): void {
    const { fileSystem } = this.#environment;
    for (const segment of segments) {
      if (segment.isSealed || segment.length <= (durable.get(segment) as number)) continue;
      // Should it fail, it is written again all the same.
      bestEffort(() => {
        const file = fileSystem.open(join(directory, segment.name));
        attemptAll(
          () => fileSystem.sync(file),
          () => fileSystem.close(file),
        );
      });
    }
  }

  #readHint(
    files: LogFiles,
    name: string,
    segments: readonly Segment[],
    directory: Directory,
  ): HintResult | undefined {
    const { fileSystem } = this.#environment;
    const path = join(files.directory, name);
    const filled = segments.filter(({ isEmpty }) => !isEmpty);
    return readHint(fileSystem, path, files.table.uuid, filled, directory);
  }

  #takeover(files: LogFiles, directory: Directory): Takeover {
    return new Takeover(this.#environment, this.#tableDirectory, files, directory);
  }
}

/** undefined if there is nothing to say. */
function reportOf(
  { losses, tornBytes }: Replay,
  repair: Repair,
  table: { readonly domain: string; readonly table: string },
  records: number,
): RepairReport | undefined {
  const { damaged, lostChanges } = losses;
  const isDamaged = damaged.length > 0;
  if (!isDamaged && repair !== "force" && tornBytes === 0) return undefined;
  const reason = isDamaged ? "damage" : repair === "force" ? "forced" : "torn tail";
  return { ...table, reason, tornBytes, damaged, lostChanges, records, keptAside: undefined };
}
