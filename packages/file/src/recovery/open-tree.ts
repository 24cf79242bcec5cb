import { join } from "node:path";
import type { Toolkit } from "@store/core";
import type { Frozen, TreeContent } from "../engine/tree.js";
import { TreeFiles } from "../engine/tree-files.js";
import { runName, type TreeRun } from "../engine/tree-run.js";
import { FIRST_STORAGE_ID } from "../format/entry-key.js";
import { logName } from "../format/log-header.js";
import { MANIFEST, type Manifest, readManifest } from "../format/manifest.js";
import { Log } from "../log/log.js";
import { LogSegment } from "../log/log-segment.js";
import { Memtable } from "../memtable/memtable.js";
import type { Claim } from "../ownership/claim.js";
import { epochDirectory, epochsIn } from "../ownership/epoch.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import { linkOrCopy } from "../platform/link-or-copy.js";
import { blocking, runBlocking } from "../platform/syncing.js";
import type { DamagedRange } from "../repair-report.js";
import { BlockCache } from "../runs/block-cache.js";
import { Run } from "../runs/run.js";
import { CorruptRun, NewerRun } from "../runs/run-error.js";
import { type FoundLog, LogRecovery, type LogResult } from "./log-recovery.js";
import { Replay, UnknownChange } from "./replay.js";

/** How a data directory is opened. */
export interface OpenOptions {
  readonly repair: boolean | "force";
  readonly cacheBytes: number;
  /** Nothing is written but by a sync. */
  readonly isHeld: boolean;
}

/** A data directory that was opened. */
export interface Opened {
  readonly files: TreeFiles;
  readonly content: TreeContent;
  /** What its log came to; undefined if there was none. */
  readonly log: LogResult | undefined;
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
 * read, and what is written, doesn't grow with the tables; what was replayed is flushed later.
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
    const source = this.#findSource();
    return source === undefined ? this.#create() : this.#adopt(source);
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
      content: this.#begin(files, content, { sequence: 0, adopted: [] }),
      log: undefined,
    };
  }

  #adopt({ directory, manifest }: Source): Opened {
    const files = this.#files(Buffer.from(manifest.uuid, "hex"), manifest.nextId);
    const runs: TreeRun[] = [];
    const logs: LogSegment[] = [];
    try {
      for (const run of manifest.runs) runs.push(this.#adoptRun(files, directory, run));
      for (const id of manifest.logs) logs.push(this.#adoptLog(files, directory, id));
      const replay = new Replay(manifest);
      const result = this.#replay(files, logs, replay, manifest.sequence);
      for (const late of logs.splice(result.counting)) late.discard();
      const isEmpty = replay.memtable.size === 0;
      const frozen: Frozen | undefined = isEmpty
        ? undefined
        : { memtable: replay.memtable, sequence: result.sequence, lastLog: logs.at(-1)?.id ?? 0 };
      const { deltas, nextStorageId, nextOrder } = replay;
      const flushedSequence = isEmpty ? result.sequence : manifest.sequence;
      const parts = { runs, frozen, deltas, nextStorageId, nextOrder, flushedSequence };
      const adopted = isEmpty ? [] : logs;
      if (isEmpty) for (const log of logs) log.discard();
      const { sequence } = result;
      return { files, content: this.#begin(files, parts, { sequence, adopted }), log: result };
    } catch (failure) {
      for (const { run } of runs) bestEffort(() => run.close());
      for (const log of logs) log.close();
      throw this.#refusalOf(failure);
    }
  }

  /** Begins the log of the new epoch, and makes that count. */
  #begin(
    files: TreeFiles,
    parts: Omit<TreeContent, "log" | "memtable">,
    { sequence, adopted }: { sequence: number; adopted: readonly LogSegment[] },
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
      const log = new Log(active, spare, sequence, this.#options.isHeld);
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
    const { fileSystem } = this.#environment;
    const found: FoundLog[] = logs.map(({ id, file }) => ({
      id,
      file,
      size: fileSystem.size(file),
    }));
    const onDamage = ({ file, from }: DamagedRange) => {
      if (this.#options.repair !== false) return;
      throw this.#error(
        "STORE_CORRUPT",
        `${join(files.directory, file)} is damaged at byte ${from}; open with repair: true to keep what is good`,
      );
    };
    const options = { flushed, onDamage };
    return new LogRecovery(fileSystem, files.uuid, found, replay, options).run();
  }

  #adoptRun(
    files: TreeFiles,
    from: string,
    { id, level, bytes }: Manifest["runs"][number],
  ): TreeRun {
    const { fileSystem } = this.#environment;
    this.#link(from, runName(id), bytes);
    const identity = { directory: files.uuid, id };
    return {
      id,
      level,
      bytes,
      run: Run.open(fileSystem, files.runPath(id), identity, files.cache),
    };
  }

  #adoptLog(files: TreeFiles, from: string, id: number): LogSegment {
    const { fileSystem } = this.#environment;
    const size = fileSystem.status(join(from, logName(id)))?.size ?? 0;
    const path = this.#link(from, logName(id), size);
    const identity = { directory: files.uuid, id };
    const file = fileSystem.open(path);
    const segment = new LogSegment(fileSystem, files.directory, identity, file, size);
    segment.isAdopted = true;
    return segment;
  }

  #link(from: string, name: string, bytes: number): string {
    const path = join(this.#claim.directory, name);
    linkOrCopy(this.#environment.fileSystem, join(from, name), path, bytes);
    return path;
  }

  #files(uuid: Buffer, nextId: number): TreeFiles {
    const { directory, lease } = this.#claim;
    const cache = new BlockCache(this.#options.cacheBytes);
    return new TreeFiles(this.#environment, directory, uuid, lease, { cache, nextId });
  }

  /** The last epoch before ours that came so far as to have a manifest. */
  #findSource(): Source | undefined {
    const { fileSystem } = this.#environment;
    const directory = epochsIn(fileSystem, this.#dataDir)
      .filter((epoch) => epoch < this.#claim.epoch)
      .map((epoch) => epochDirectory(this.#dataDir, epoch))
      .findLast((candidate) => fileSystem.status(join(candidate, MANIFEST)) !== undefined);
    if (directory === undefined) return undefined;
    const path = join(directory, MANIFEST);
    const manifest = readManifest(fileSystem, path);
    if (manifest === "damaged") throw this.#error("STORE_CORRUPT", `${path} is damaged`);
    if ("newerFormat" in manifest) throw this.#newer(path, manifest.newerFormat);
    return { directory, manifest };
  }

  #newer(path: string, format: number): Error {
    return this.#error(
      "STORE_NEWER_FORMAT",
      `${path} has format ${format}, which this version doesn't know. The files are untouched`,
    );
  }

  #refusalOf(failure: unknown): unknown {
    if (failure instanceof NewerRun) return this.#newer(failure.path, failure.version);
    if (failure instanceof CorruptRun)
      return this.#error("STORE_CORRUPT", failure.message, failure);
    if (failure instanceof UnknownChange) {
      return this.#error(
        "STORE_NEWER_FORMAT",
        `the log of ${this.#dataDir} has a change of a kind that this version doesn't know. The files are untouched`,
      );
    }
    return failure;
  }
}

/** What the last owner left. */
interface Source {
  readonly directory: string;
  readonly manifest: Manifest;
}
