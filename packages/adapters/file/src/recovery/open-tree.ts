import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { TreeFiles } from "../files/tree-files.js";
import { runName, type TreeRun } from "../files/tree-run.js";
import { FIRST_STORAGE_ID } from "../format/entry-key.js";
import { logName } from "../format/log/log-header.js";
import { Log, type LogStart } from "../log/log.js";
import { LogSegment } from "../log/log-segment.js";
import type { Frozen } from "../memtable/frozen.js";
import { Memtable } from "../memtable/memtable.js";
import type { Claim } from "../ownership/claim.js";
import { attemptAll } from "../platform/attempt-all.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import { linkOrCopy } from "../platform/link-or-copy.js";
import { blocking, runBlocking } from "../platform/syncing.js";
import type { DamagedRange, RepairReport } from "../repair-report.js";
import { BLOCK_CACHE_PART, BlockCache } from "../runs/blocks/block-cache.js";
import { Run } from "../runs/run.js";
import { CorruptRun, NewerRun } from "../runs/run-error.js";
import { beatingFileSystem } from "./beating-file-system.js";
import { findSource } from "./find-source.js";
import { type FoundLog, LogRecovery, type LogResult } from "./log-recovery.js";
import { Replay } from "./replay.js";
import { reportOfTornTail } from "./salvage/losses.js";
import { salvage } from "./salvage/salvage.js";
import type { Source, SourceRun } from "./source.js";
import type { TreeContent } from "./tree-content.js";

/** How a data directory is opened. */
export interface OpenOptions {
  readonly repair: boolean | "force";
  readonly cacheBytes: number;
  /** Nothing is written but by a sync. */
  readonly isHeld: boolean;
  /** Something is damaged, though it may not show: with `repair`, all is looked at. */
  readonly isSuspect: boolean;
}

/** A data directory that was opened. */
export interface Opened {
  readonly files: TreeFiles;
  readonly content: TreeContent;
  /** What was repaired. */
  readonly reports: readonly RepairReport[];
}

/**
 * Opens the tree of a data directory in the epoch that was claimed:
 *
 * 1. finds the manifest that the owner before left, and links what it names into the new epoch;
 * 2. replays the log, if it wasn't closed: at most what the memtable held;
 * 3. begins a new segment, since the files of others are never written;
 * 4. writes the manifest; from here on the new epoch counts.
 *
 * Until then nothing that was there has changed: it can fail, or crash, at any point, and be done again (I8). What is
 * read, and what is written, doesn't grow with the tables; what was replayed is flushed later. Only what is damaged, or
 * is to be written anew, is read and written as a whole (salvage.ts).
 */
export function openTree(
  environment: Environment,
  dataDir: string,
  claim: Claim,
  options: OpenOptions,
  toolkit: Toolkit,
): Opened {
  return new TreeOpening(environment, dataDir, claim, options, toolkit).run();
}

class TreeOpening {
  readonly #environment: Environment;
  readonly #dataDir: string;
  readonly #claim: Claim;
  readonly #options: OpenOptions;
  readonly #error: Toolkit["error"];

  constructor(
    environment: Environment,
    dataDir: string,
    claim: Claim,
    options: OpenOptions,
    toolkit: Toolkit,
  ) {
    this.#environment = environment;
    this.#dataDir = dataDir;
    this.#claim = claim;
    this.#options = options;
    this.#error = toolkit.error;
  }

  run(): Opened {
    const { repair } = this.#options;
    const { fileSystem } = this.#environment;
    const finding = { mayRepair: repair !== false, error: this.#error };
    const source = findSource(fileSystem, this.#dataDir, this.#claim.epoch, finding);
    if (source === undefined) return this.#create();
    const isSuspect = this.#options.isSuspect || source.damaged.length > 0 || source.isMarked;
    if (repair === "force" || (isSuspect && repair)) return this.#salvage(source);
    try {
      return this.#adopt(source);
    } catch (failure) {
      if (errorCode(failure) !== "STORE_CORRUPT" || repair === false) throw failure;
      return this.#salvage(source);
    }
  }

  #salvage(source: Source): Opened {
    // Whoever has taken over meanwhile has removed what seems to be missing.
    this.#claim.lease.verify();
    const files = this.#files(Buffer.from(source.uuid, "hex"), source.nextId);
    const isForced = this.#options.repair === "force";
    const site = { dataDir: this.#dataDir, source, files, isForced };
    const { runs, sequence, nextStorageId, nextOrder, reports } = salvage(site);
    try {
      const parts = {
        runs,
        frozen: undefined,
        deltas: new Map<number, number>(),
        nextStorageId,
        nextOrder,
        flushedSequence: sequence,
      };
      const start = { sequence, confirmed: sequence, adopted: [] };
      return { files, content: this.#begin(files, parts, start), reports };
    } catch (failure) {
      for (const { run } of runs) bestEffort(() => run.close());
      throw failure;
    }
  }

  #create(): Opened {
    const uuid = Buffer.from(this.#environment.host.uuid().replaceAll("-", ""), "hex");
    const files = this.#files(uuid, 1);
    const content = {
      runs: [],
      frozen: undefined,
      deltas: new Map<number, number>(),
      nextStorageId: FIRST_STORAGE_ID,
      nextOrder: 0,
      flushedSequence: 0,
    };
    return {
      files,
      content: this.#begin(files, content, { sequence: 0, confirmed: 0, adopted: [] }),
      reports: [],
    };
  }

  #adopt(source: Source): Opened {
    const { directory } = source;
    const files = this.#files(Buffer.from(source.uuid, "hex"), source.nextId);
    const runs: TreeRun[] = [];
    const logs: LogSegment[] = [];
    try {
      for (const run of source.runs) runs.push(this.#adoptRun(files, directory, run));
      for (const id of source.logs) logs.push(this.#adoptLog(files, directory, id));
      const replay = new Replay(source);
      const result = this.#replay(files, logs, replay, source.sequence);
      for (const late of logs.splice(result.counting)) late.discard();
      const isEmpty = replay.memtable.size === 0;
      const frozen: Frozen | undefined = isEmpty
        ? undefined
        : {
            memtable: replay.memtable,
            sequence: result.sequence,
            lastLog: (logs.at(-1) as LogSegment).id,
          };
      const { deltas, nextStorageId, nextOrder } = replay;
      const flushedSequence = isEmpty ? result.sequence : source.sequence;
      const parts = { runs, frozen, deltas, nextStorageId, nextOrder, flushedSequence };
      const adopted = isEmpty ? [] : logs;
      if (isEmpty) for (const log of logs) log.discard();
      const { sequence, confirmed } = result;
      const content = this.#begin(files, parts, { sequence, confirmed, adopted });
      if (source.isMarked) files.markDamaged();
      return { files, content, reports: reportOfTornTail(result) };
    } catch (failure) {
      for (const { run } of runs) bestEffort(() => run.close());
      for (const log of logs) log.close();
      // A salvage reads the files where they were. After any other failure a manifest may name them here.
      if (errorCode(failure) === "STORE_CORRUPT") this.#unlink(source);
      throw failure;
    }
  }

  /** Begins the log of the new epoch, and makes that count. */
  #begin(
    files: TreeFiles,
    parts: Omit<TreeContent, "log" | "memtable">,
    { adopted, ...start }: LogStart & { readonly adopted: readonly LogSegment[] },
  ): TreeContent {
    const { fileSystem } = this.#environment;
    const created: LogSegment[] = [];
    const create = () => {
      const segment = files.createLog();
      created.push(segment);
      return segment;
    };
    try {
      const active = create();
      const spare = create();
      const log = new Log(active, spare, start, this.#options.isHeld);
      log.earlier = [...adopted];
      log.begin();
      fileSystem.sync(active.file);
      fileSystem.sync(spare.file);
      fileSystem.syncDirectory(files.directory);
      const { runs, nextStorageId, nextOrder, flushedSequence: flushed } = parts;
      const logs = [...adopted, active, spare];
      const state = { clean: false, sequence: flushed, nextStorageId, nextOrder, runs, logs };
      runBlocking(files.publish(state, blocking(fileSystem), () => {}));
      fileSystem.syncDirectory(this.#dataDir);
      return { ...parts, log, memtable: new Memtable(log.buffer) };
    } catch (failure) {
      for (const segment of created) segment.close();
      throw failure;
    }
  }

  #replay(
    files: TreeFiles,
    logs: readonly LogSegment[],
    replay: Replay,
    flushed: number,
  ): LogResult {
    const fileSystem = beatingFileSystem(this.#environment.fileSystem, this.#claim.lease);
    const found: FoundLog[] = logs.map(({ id, file }) => ({
      id,
      file,
      size: fileSystem.size(file),
    }));
    const onDamage = ({ file, from, to }: DamagedRange) => {
      const what = to > from ? "is damaged" : "lacks changes that were on disk,";
      throw this.#damaged(`${file} ${what} at byte ${from}`);
    };
    const options = { flushed, onDamage };
    return new LogRecovery(fileSystem, files.uuid, found, replay, options).run();
  }

  #adoptRun(files: TreeFiles, from: string, { id, level, bytes }: SourceRun): TreeRun {
    const { fileSystem } = this.#environment;
    const name = runName(id);
    if (fileSystem.status(join(from, name)) === undefined)
      throw this.#damaged(`${name} is missing`);
    const path = this.#link(from, name, bytes);
    try {
      const run = Run.open(fileSystem, path, { directory: files.uuid, id }, files.cache);
      run.tellDamage(() => files.markDamaged());
      return { id, level, bytes, run };
    } catch (failure) {
      // A manifest of this format names no run of a newer one.
      const isDamage = failure instanceof CorruptRun || failure instanceof NewerRun;
      throw isDamage ? this.#damaged(failure.message, failure) : failure;
    }
  }

  #adoptLog(files: TreeFiles, from: string, id: number): LogSegment {
    const { fileSystem } = this.#environment;
    const size = fileSystem.status(join(from, logName(id)))?.size;
    if (size === undefined) throw this.#damaged(`${logName(id)} is missing`);
    this.#syncTail(join(from, logName(id)));
    const path = this.#link(from, logName(id), size);
    const identity = { directory: files.uuid, id };
    const file = fileSystem.open(path);
    const segment = new LogSegment(fileSystem, files.directory, identity, file, size);
    segment.isAdopted = true;
    return segment;
  }

  /**
   * Brings to disk what isn't known to be there, where it was found: else, should the machine stop before the new epoch
   * counts, what that has of it would look like later changes.
   */
  #syncTail(path: string): void {
    const { fileSystem } = this.#environment;
    // Should it fail: what is replayed is flushed all the same.
    bestEffort(() => {
      const file = fileSystem.open(path);
      attemptAll(
        () => fileSystem.sync(file),
        () => fileSystem.close(file),
      );
    });
  }

  #link(from: string, name: string, bytes: number): string {
    const path = join(this.#claim.directory, name);
    linkOrCopy(this.#environment.fileSystem, join(from, name), path, bytes);
    return path;
  }

  #unlink({ runs, logs }: Source): void {
    for (const name of [...runs.map(({ id }) => runName(id)), ...logs.map(logName)]) {
      bestEffort(() => this.#environment.fileSystem.remove(join(this.#claim.directory, name)));
    }
  }

  #files(uuid: Buffer, nextId: number): TreeFiles {
    const { directory, lease } = this.#claim;
    const cache = new BlockCache(this.#options.cacheBytes * BLOCK_CACHE_PART);
    return new TreeFiles(this.#environment, directory, uuid, lease, { cache, nextId });
  }

  #damaged(what: string, cause?: unknown): Error {
    return this.#error(
      "STORE_CORRUPT",
      `${this.#dataDir}: ${what}; open with repair: true to keep what is good`,
      cause,
    );
  }
}
