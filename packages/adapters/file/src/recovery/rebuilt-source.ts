import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { runName } from "../files/tree-run.js";
import { FIRST_STORAGE_ID } from "../format/entry-key.js";
import { FRAME_HEADER_BYTES, frameKind, frameSequence } from "../format/log/log-frame.js";
import { LOG_HEADER_BYTES, logName, logSalt, readLogHeader } from "../format/log/log-header.js";
import { MANIFEST } from "../format/manifest.js";
import {
  decodeHeader,
  formatOf,
  HEADER_BYTES,
  RUN_FORMAT,
  type RunOrigin,
} from "../format/run/run-header.js";
import { LogReader } from "../log/log-reader.js";
import type { FileSystem } from "../platform/file-system.js";
import { readFully, sizeAt } from "../platform/whole-file.js";
import type { DamagedRange } from "../repair-report.js";
import { BlockCache } from "../runs/blocks/block-cache.js";
import { Run } from "../runs/run.js";
import { NewerRun } from "../runs/run-error.js";
import type { Source } from "./source.js";

/** A file of an epoch, by its name. */
interface FoundFile {
  readonly name: string;
  readonly id: number;
  readonly size: number;
  /** What its header says; undefined if that is damaged. */
  readonly header: { readonly directory: Uint8Array; readonly id: number } | undefined;
}

interface FoundRun extends FoundFile {
  readonly origin: RunOrigin | undefined;
  /** Its end was written. */
  readonly isComplete: boolean;
}

/** A run that tells what it has. */
type TellingRun = FoundRun & { readonly origin: RunOrigin };

/** Whether an epoch without a manifest has more than who opens a new data directory leaves before there is one. */
export function hasFilesOfTree(fileSystem: FileSystem, directory: string): boolean {
  return fileSystem.list(directory).some((name) => {
    if (idIn(name, runName) !== undefined) return true;
    const size = sizeAt(fileSystem, join(directory, name));
    return idIn(name, logName) !== undefined && size > LOG_HEADER_BYTES + FRAME_HEADER_BYTES;
  });
}

/**
 * The highest number of a change in the files of an epoch, whatever is damaged before it; 0 if there is none.
 * @param kinds the frames of the log whose number counts
 */
export function highestSequence(
  fileSystem: FileSystem,
  directory: string,
  uuid: string,
  kinds: readonly number[],
): number {
  let highest = 0;
  for (const name of fileSystem.list(directory)) {
    const runId = idIn(name, runName);
    if (runId !== undefined) {
      const header = decodeHeader(readStart(fileSystem, join(directory, name), HEADER_BYTES));
      if (header !== undefined && isOf(header, uuid)) highest = Math.max(highest, header.upTo);
    }
    const logId = idIn(name, logName);
    if (logId === undefined) continue;
    const file = fileSystem.open(join(directory, name));
    try {
      const salt = logSalt({ directory: Buffer.from(uuid, "hex"), id: logId });
      const reader = new LogReader(fileSystem, { file, salt, size: fileSystem.size(file) });
      while (reader.next() || (reader.resync(0, Number.POSITIVE_INFINITY) && reader.next())) {
        const counts = kinds.includes(frameKind(reader.buffer, reader.at));
        if (counts) highest = Math.max(highest, frameSequence(reader.buffer, reader.at));
      }
    } finally {
      fileSystem.close(file);
    }
  }
  return highest;
}

/**
 * What the manifest of an epoch must have said, as far as its files tell. Files of another data directory, or under
 * another's name, don't count; those whose header is damaged do, since all in them is salted with what they should be.
 */
export function rebuildSource(
  fileSystem: FileSystem,
  directory: string,
  error: Toolkit["error"],
): Source {
  const damaged: DamagedRange[] = [
    { file: MANIFEST, from: 0, to: sizeAt(fileSystem, join(directory, MANIFEST)) },
  ];
  const logs = findLogs(fileSystem, directory, error);
  const runs = findRuns(fileSystem, directory, error);
  const uuid = commonUuid([...logs, ...runs]);
  if (uuid === undefined) {
    throw error("STORE_CORRUPT", `nothing in ${directory} can be read as part of a data directory`);
  }
  const isOwn = ({ name, id, size, header }: FoundFile) => {
    const isRight = header === undefined || (header.id === id && isOf(header, uuid));
    if (!isRight) damaged.push({ file: name, from: 0, to: size });
    return isRight;
  };
  const own = withoutObsolete(runs.filter(isOwn));
  const ids = [...runs, ...logs].map(({ id }) => id);
  return {
    directory,
    uuid,
    sequence: Math.max(0, ...own.map(({ origin }) => origin?.upTo ?? 0)),
    nextId: Math.max(...ids) + 1,
    nextStorageId: FIRST_STORAGE_ID,
    nextOrder: 0,
    runs: newToOld(own).map(({ id, size, origin }) => ({
      id,
      level: origin?.level ?? 0,
      bytes: size,
      entries: undefined,
    })),
    logs: logs
      .filter(isOwn)
      .map(({ id }) => id)
      .sort((a, b) => a - b),
    damaged,
    isMarked: false,
  };
}

function findLogs(fileSystem: FileSystem, directory: string, error: Toolkit["error"]): FoundFile[] {
  return fileSystem.list(directory).flatMap((name) => {
    const id = idIn(name, logName);
    if (id === undefined) return [];
    const path = join(directory, name);
    const header = readLogHeader(readStart(fileSystem, path, LOG_HEADER_BYTES));
    if (header !== undefined && "newerFormat" in header) {
      throw error("STORE_NEWER_FORMAT", `${path} has format ${header.newerFormat}`);
    }
    return [{ name, id, size: sizeAt(fileSystem, path), header }];
  });
}

function findRuns(fileSystem: FileSystem, directory: string, error: Toolkit["error"]): FoundRun[] {
  return fileSystem.list(directory).flatMap((name) => {
    const id = idIn(name, runName);
    if (id === undefined) return [];
    const path = join(directory, name);
    const start = readStart(fileSystem, path, HEADER_BYTES);
    const header = decodeHeader(start);
    if (header !== undefined && (formatOf(start) as number) > RUN_FORMAT) {
      throw error("STORE_NEWER_FORMAT", new NewerRun(path, formatOf(start) as number).message);
    }
    const isComplete = header !== undefined && isWhole(fileSystem, path, header);
    return [{ name, id, size: sizeAt(fileSystem, path), header, origin: header, isComplete }];
  });
}

function isWhole(
  fileSystem: FileSystem,
  path: string,
  header: { readonly directory: Uint8Array; readonly id: number },
): boolean {
  try {
    Run.open(fileSystem, path, header, new BlockCache(0)).close();
    return true;
  } catch {
    return false;
  }
}

/**
 * Leaves out what was merged into another run, and what was never finished: of each change, one run that has it whole
 * is enough.
 */
function withoutObsolete(runs: readonly FoundRun[]): FoundRun[] {
  const isWithin = ({ origin }: FoundRun, other: FoundRun) =>
    origin !== undefined &&
    other.origin !== undefined &&
    origin.above >= other.origin.above &&
    origin.upTo <= other.origin.upTo;
  const counting = runs.filter(
    (run) =>
      !runs.some(
        (other) =>
          other !== run &&
          other.isComplete &&
          isWithin(run, other) &&
          (!isWithin(other, run) || !run.isComplete || other.id > run.id),
      ),
  );
  const complete = counting.filter(isTelling).filter((run) => run.isComplete);
  return counting.filter((run) => run.isComplete || !isCovered(run, complete));
}

/** Whether others together have all changes that a run has. */
function isCovered({ origin }: FoundRun, others: readonly TellingRun[]): boolean {
  if (origin === undefined) return false;
  let { above } = origin;
  const ascending = others.map((other) => other.origin).sort((a, b) => a.above - b.above);
  for (const other of ascending) if (other.above <= above) above = Math.max(above, other.upTo);
  return above >= origin.upTo;
}

function isTelling(run: FoundRun): run is TellingRun {
  return run.origin !== undefined;
}

/** By what they have; a run that doesn't tell comes behind those with a higher number. */
function newToOld(runs: readonly FoundRun[]): FoundRun[] {
  const sorted: FoundRun[] = runs
    .filter(isTelling)
    .sort((a, b) => b.origin.upTo - a.origin.upTo || b.id - a.id);
  for (const run of runs.filter((other) => !isTelling(other))) {
    const at = sorted.findIndex(({ id }) => id < run.id);
    sorted.splice(at < 0 ? sorted.length : at, 0, run);
  }
  return sorted;
}

/** That of most files. */
function commonUuid(files: readonly FoundFile[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { header } of files) {
    if (header === undefined) continue;
    const uuid = hex(header);
    counts.set(uuid, (counts.get(uuid) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

function isOf(header: { readonly directory: Uint8Array }, uuid: string): boolean {
  return hex(header) === uuid;
}

function hex({ directory }: { readonly directory: Uint8Array }): string {
  return Buffer.from(directory).toString("hex");
}

/** The id in a file's name; undefined if that is no such name. */
function idIn(name: string, nameOf: (id: number) => string): number | undefined {
  const id = Number.parseInt(name, 10);
  return nameOf(id) === name ? id : undefined;
}

function readStart(fileSystem: FileSystem, path: string, length: number): Buffer {
  const file = fileSystem.open(path);
  try {
    const start = Buffer.alloc(length);
    return start.subarray(0, readFully(fileSystem, file, start, 0, length, 0));
  } finally {
    fileSystem.close(file);
  }
}
