import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { runName } from "../files/tree-run.js";
import { logName } from "../format/log/log-header.js";
import { MANIFEST } from "../format/manifest.js";
import { bestEffort } from "../platform/best-effort.js";
import { errorCode } from "../platform/error-code.js";
import type { FileSystem } from "../platform/file-system.js";
import { readWhole } from "../platform/whole-file.js";
import type { DamagedRange } from "../repair-report.js";
import { findSource } from "./find-source.js";
import { type FoundLog, LogRecovery } from "./log-recovery.js";
import { Replay } from "./replay.js";
import { SalvagedRun } from "./salvage/salvaged-run.js";
import type { Source } from "./source.js";

/** What reading all files of a data directory has shown. */
export interface Verification {
  /** How many files were read. */
  readonly files: number;
  /** How many bytes they have. */
  readonly bytes: number;
  /** What isn't what was written; empty if all is good. */
  readonly damaged: readonly DamagedRange[];
  /** How many changes are known to be lost by it. */
  readonly lostChanges: number;
  /** Bytes at the end of the log that never came to be a write: what a crash leaves, or what an owner is writing. */
  readonly tornBytes: number;
}

/** What a verification tells of itself. */
export type OnVerified = (progress: { readonly bytes: number; readonly total: number }) => void;

const NOTHING: Verification = { files: 0, bytes: 0, damaged: [], lostChanges: 0, tornBytes: 0 };

/** An owner that goes on removes files: so often it is begun again with those that it has then. */
const ROUNDS = 5;

/** Reads all files that count, and compares checksums. Changes nothing, and needs no owner. */
export function verifyTree(
  fileSystem: FileSystem,
  dataDir: string,
  error: Toolkit["error"],
  onProgress: OnVerified = () => {},
): Verification {
  if (fileSystem.status(dataDir) === undefined) return NOTHING;
  for (let round = 1; ; round++) {
    const finding = { mayRepair: true, error };
    const source = findSource(fileSystem, dataDir, Number.POSITIVE_INFINITY, finding);
    if (source === undefined) return NOTHING;
    const manifest = manifestOf(fileSystem, source);
    const result = verifySource(fileSystem, source, onProgress);
    if (result.damaged.length === 0 || round === ROUNDS) return result;
    if (manifestOf(fileSystem, source) === manifest) return result;
  }
}

/** undefined: there is none, or none any more. */
function manifestOf(fileSystem: FileSystem, { directory }: Source): string | undefined {
  try {
    return readWhole(fileSystem, join(directory, MANIFEST)).toString("latin1");
  } catch (failure) {
    if (errorCode(failure) === "ENOENT") return undefined;
    throw failure;
  }
}

function verifySource(
  fileSystem: FileSystem,
  source: Source,
  onProgress: OnVerified,
): Verification {
  const damaged = [...source.damaged];
  const identity = Buffer.from(source.uuid, "hex");
  const total = source.runs.reduce((sum, run) => sum + run.bytes, 0);
  let bytes = 0;
  let lostChanges = 0;
  for (const run of source.runs) {
    const { directory } = source;
    const read = new SalvagedRun(fileSystem, directory, { directory: identity, id: run.id }, run);
    read.close();
    damaged.push(...read.damaged);
    lostChanges += read.loss?.changes ?? 0;
    bytes += fileSystem.status(join(directory, runName(run.id)))?.size ?? 0;
    onProgress({ bytes, total });
  }
  const logs: FoundLog[] = [];
  try {
    for (const id of source.logs) logs.push(openLog(fileSystem, source, id));
    const options = { flushed: source.sequence, onDamage: () => {} };
    const replay = new Replay(source);
    const log = new LogRecovery(fileSystem, identity, logs, replay, options).run();
    return {
      files: source.runs.length + logs.length,
      bytes: logs.reduce((sum, { size }) => sum + size, bytes),
      damaged: [...damaged, ...log.damaged],
      lostChanges: lostChanges + log.lostFrames,
      tornBytes: log.tornBytes,
    };
  } finally {
    for (const { file } of logs) {
      if (file !== undefined) bestEffort(() => fileSystem.close(file));
    }
  }
}

function openLog(fileSystem: FileSystem, { directory }: Source, id: number): FoundLog {
  const path = join(directory, logName(id));
  if (fileSystem.status(path) === undefined) return { id, file: undefined, size: 0 };
  const file = fileSystem.open(path);
  try {
    return { id, file, size: fileSystem.size(file) };
  } catch (failure) {
    bestEffort(() => fileSystem.close(file));
    throw failure;
  }
}
