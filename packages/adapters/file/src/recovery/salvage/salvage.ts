import { join } from "node:path";
import { encodeKey } from "@store/codec";
import type { TreeFiles } from "../../files/tree-files.js";
import type { TreeRun } from "../../files/tree-run.js";
import {
  FIRST_STORAGE_ID,
  putStorageId,
  STORAGE_ID_BYTES,
  storageIdOf,
} from "../../format/entry-key.js";
import { momentOf } from "../../format/entry-value.js";
import { logName } from "../../format/log/log-header.js";
import type { RunOrigin } from "../../format/run/run-header.js";
import { SystemTable } from "../../format/system-tables.js";
import { FrameStager } from "../../log/frame-stager.js";
import { LogBuffer } from "../../log/log-buffer.js";
import { Memtable } from "../../memtable/memtable.js";
import { bestEffort } from "../../platform/best-effort.js";
import type { FileSystem } from "../../platform/file-system.js";
import { blocking, runBlocking } from "../../platform/syncing.js";
import type { DamagedRange, RepairReport } from "../../repair-report.js";
import type { EntryStream } from "../../runs/entry-cursor.js";
import { Run } from "../../runs/run.js";
import { RunWriter } from "../../runs/run-writer.js";
import { beatingFileSystem } from "../beating-file-system.js";
import { type FoundLog, LogRecovery, type LogResult } from "../log-recovery.js";
import { Replay } from "../replay.js";
import type { Source } from "../source.js";
import { asideDirectory, keepAside } from "./keep-aside.js";
import { type Damage, mayLackMoments, reportsOf } from "./losses.js";
import { forEachMerged, sortedEntries } from "./merged-entries.js";
import { SalvagedRun } from "./salvaged-run.js";
import { TableCensus } from "./table-census.js";

/** So many bytes of moments are put into a run. */
const MOMENT_BYTES = 2 ** 23;

/** What came out of a salvage. */
export interface Salvaged {
  /** New to old; all that is left. */
  readonly runs: readonly TreeRun[];
  readonly sequence: number;
  readonly nextStorageId: number;
  readonly nextOrder: number;
  readonly reports: readonly RepairReport[];
}

/** Where a salvage takes from, and where it puts to. */
export interface SalvageSite {
  readonly dataDir: string;
  readonly source: Source;
  /** Of the new epoch. */
  readonly files: TreeFiles;
  readonly isForced: boolean;
}

/**
 * Writes a tree anew of all that can be proven good:
 *
 * 1. surveys the runs: which blocks are as they were written;
 * 2. replays the log, passing over what is damaged;
 * 3. goes through the entries once to count them, by table, and to find the tables;
 * 4. keeps the files aside, if anything of them was damaged, with the reports;
 * 5. goes through the entries again, and writes them to one run.
 *
 * Nothing that was there changes. What it writes counts when a manifest names it. In memory are the tables, what of the
 * log wasn't flushed, and where the good blocks are.
 */
export function salvage(site: SalvageSite): Salvaged {
  const run = new Salvage(site);
  try {
    return run.run();
  } finally {
    run.close();
  }
}

class Salvage {
  readonly #site: SalvageSite;
  readonly #replay: Replay;
  readonly #runs: SalvagedRun[] = [];
  readonly #logs: FoundLog[] = [];
  readonly #damagedLogs: DamagedRange[] = [];

  /** All of it may take long. */
  readonly #fileSystem: FileSystem;

  constructor(site: SalvageSite) {
    const { environment, lease } = site.files;
    this.#fileSystem = beatingFileSystem(environment.fileSystem, lease);
    this.#site = site;
    this.#replay = new Replay(site.source);
  }

  run(): Salvaged {
    const { dataDir, source, files, isForced } = this.#site;
    const log = this.#readSource();
    const census = new TableCensus(this.#replay);
    forEachMerged(this.#streams(), (entry) => census.add(entry));
    const tables = census.tables();
    const damage: Damage = {
      damaged: [
        ...source.damaged,
        ...this.#runs.flatMap((run) => run.damaged),
        ...this.#damagedLogs,
      ],
      log,
      losses: this.#runs.flatMap((run) => run.loss ?? []),
    };
    const isDamaged = damage.damaged.length > 0;
    const keptAside = isDamaged ? asideDirectory(files.environment, dataDir) : undefined;
    const reports = reportsOf(damage, tables, { isForced, keptAside });
    if (keptAside !== undefined) {
      files.lease.guard(() => keepAside(files.environment, source.directory, keptAside, reports));
    }
    const catalogue = catalogueOf(tables);
    const runs: TreeRun[] = [];
    const level = 1 + Math.max(0, ...source.runs.map((run) => run.level));
    try {
      const origin = { above: 0, upTo: log.sequence, level };
      runs.push(...this.#write(origin, (add) => this.#copy(census, catalogue, add)));
      // Without a manifest, nobody knows which runs of moments there were.
      const lacksMoments = source.damaged.length > 0 || mayLackMoments(damage);
      if (lacksMoments) this.#restoreMoments(census, log.sequence, runs);
    } catch (failure) {
      for (const { run } of runs) bestEffort(() => run.close());
      throw failure;
    }
    const { nextStorageId, nextOrder } = census;
    return { runs, sequence: log.sequence, nextStorageId, nextOrder, reports };
  }

  close(): void {
    const fileSystem = this.#fileSystem;
    for (const run of this.#runs) run.close();
    for (const { file } of this.#logs) {
      if (file !== undefined) bestEffort(() => fileSystem.close(file));
    }
  }

  #readSource(): LogResult {
    const { source, files } = this.#site;
    const fileSystem = this.#fileSystem;
    for (const run of source.runs) {
      const identity = { directory: files.uuid, id: run.id };
      this.#runs.push(new SalvagedRun(fileSystem, source.directory, identity, run));
    }
    for (const id of source.logs) {
      const path = join(source.directory, logName(id));
      const isThere = fileSystem.status(path) !== undefined;
      const file = isThere ? fileSystem.open(path) : undefined;
      // Should the machine stop, what is written of it here would look like later changes.
      if (file !== undefined) bestEffort(() => fileSystem.sync(file));
      this.#logs.push({ id, file, size: file === undefined ? 0 : fileSystem.size(file) });
    }
    const options = {
      flushed: source.sequence,
      onDamage: (range: DamagedRange) => this.#damagedLogs.push(range),
    };
    return new LogRecovery(fileSystem, files.uuid, this.#logs, this.#replay, options).run();
  }

  #streams(): EntryStream[] {
    return [sortedEntries(this.#replay.memtable), ...this.#runs.map((run) => run.entries())];
  }

  /** The catalogue as it was found out, and all that isn't deleted. */
  #copy(census: TableCensus, catalogue: Memtable, add: (entry: EntryStream) => void): void {
    for (const tables = sortedEntries(catalogue); tables.isValid; tables.next()) add(tables);
    forEachMerged(this.#streams(), (entry) => {
      if (entry.isTombstone) return;
      const storageId = storageIdOf(entry.buffer, entry.keyStart);
      if (storageId >= SystemTable.moments && !census.isDropped(storageId)) add(entry);
    });
  }

  /** Writes the index of moments anew, of what the records say: in parts, which lie upon what is left of it. */
  #restoreMoments(census: TableCensus, sequence: number, runs: TreeRun[]): void {
    // They have no change of their own: else, they would be taken for all that there is.
    const origin = { above: sequence, upTo: sequence, level: 0 };
    let moments = new Memtable(new LogBuffer());
    const flush = (): void => {
      if (moments.size === 0) return;
      const sorted = sortedEntries(moments);
      const copy = (add: (entry: EntryStream) => void): void => {
        for (; sorted.isValid; sorted.next()) add(sorted);
      };
      runs.unshift(...this.#write(origin, copy));
      moments = new Memtable(new LogBuffer());
    };
    forEachMerged(this.#streams(), (entry) => {
      const { buffer, keyStart, keyEnd, valueStart, isTombstone } = entry;
      const storageId = storageIdOf(buffer, keyStart);
      if (isTombstone || storageId < FIRST_STORAGE_ID || census.isDropped(storageId)) return;
      const moment = momentOf(buffer, valueStart);
      if (moment === Number.POSITIVE_INFINITY) return;
      const entryKey = Uint8Array.prototype.slice.call(buffer, keyStart, keyEnd);
      addSystemKey(moments, SystemTable.moments, encodeKey([moment, entryKey]));
      if (moments.memoryBytes >= MOMENT_BYTES) flush();
    });
    flush();
  }

  /** Writes a run; none if there is nothing to go into it. */
  #write(origin: RunOrigin, copy: (add: (entry: EntryStream) => void) => void): readonly TreeRun[] {
    const { files } = this.#site;
    const fileSystem = this.#fileSystem;
    const id = files.takeId();
    const path = files.runPath(id);
    const identity = { directory: files.uuid, id };
    const syncing = blocking(fileSystem);
    const writer = new RunWriter(fileSystem, path, identity, origin);
    try {
      copy((entry) => {
        writer.add(entry);
        if (writer.wantsSync) runBlocking(writer.sync(syncing));
      });
      if (writer.entries === 0) {
        writer.abandon();
        return [];
      }
      const { fileBytes } = runBlocking(writer.finish(syncing));
      const run = Run.open(files.environment.fileSystem, path, identity, files.cache);
      run.tellDamage(() => files.markDamaged());
      return [{ id, level: origin.level, run, bytes: fileBytes }];
    } catch (failure) {
      bestEffort(() => writer.abandon());
      throw failure;
    }
  }
}

/** The records of the catalogue. */
function catalogueOf(tables: ReturnType<TableCensus["tables"]>): Memtable {
  const memtable = new Memtable(new LogBuffer());
  const stager = new FrameStager(memtable.buffer);
  const set = (): void => {
    memtable.set(stager.position, stager.keyStart, stager.keyEnd);
  };
  for (const { storageId, domain, name, type, records } of tables) {
    stager.put(SystemTable.names, [[domain, name], storageId, type], undefined);
    set();
    stager.put(SystemTable.tables, [storageId, domain, name, type, records], undefined);
    set();
  }
  if (stager.isStaging) stager.seal(0);
  return memtable;
}

function addSystemKey(memtable: Memtable, table: number, bytes: Uint8Array): void {
  const key = new Uint8Array(STORAGE_ID_BYTES + bytes.length);
  putStorageId(key, 0, table);
  key.set(bytes, STORAGE_ID_BYTES);
  const stager = new FrameStager(memtable.buffer);
  stager.putBytes(key, 0, key.length, NOTHING, false);
  memtable.set(stager.position, stager.keyStart, stager.keyEnd);
  stager.seal(0);
  stager.accept();
}

const NOTHING = new Uint8Array(0);
