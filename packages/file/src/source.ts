import { join } from "node:path";
import type { TableType, Toolkit } from "@store/core";
import { rebuildSource } from "./lost-manifest.js";
import { MANIFEST, type ManifestSegment, newerFormat, readManifest } from "./manifest.js";
import { epochDirectory, epochsIn } from "./ownership/epoch.js";
import type { Environment } from "./platform/environment.js";
import type { FileSystem } from "./platform/file-system.js";
import { linkOrCopy } from "./platform/link-or-copy.js";
import { readWhole, sizeAt, writeFully } from "./platform/whole-file.js";
import type { Repair } from "./recovery.js";
import type { DamagedRange, RepairReport } from "./repair-report.js";
import { isBaseName, isSegmentName, SEGMENT_HEADER_BYTES, segmentName } from "./segment.js";
import { highestSequence } from "./segment-file.js";

/** Among the files that a repair has kept: its report, as JSON. */
const REPAIR = "REPAIR";

/** What the last owner left. */
export interface Source {
  readonly directory: string;
  readonly uuid: string;
  readonly type: TableType;
  /** The changes up to this number are in the segments; there may be later ones. */
  readonly sequence: number;
  /** In the order in which they are replayed. */
  readonly segments: readonly SourceSegment[];
  readonly hint: string | null;
  /** The manifest was damaged or gone; what it said was worked out from the segments. */
  readonly isManifestLost: boolean;
  /** What is damaged besides the segments: the manifest, and files of which nobody knows what they were. */
  readonly damaged: readonly DamagedRange[];
}

/** A segment of a {@link Source}. */
export interface SourceSegment extends ManifestSegment {
  /** Changes with this number and above don't count: they are in a later segment. */
  readonly until?: number;
}

/**
 * What the last epoch before ours left that has anything of the table; undefined if the table is new. An older manifest
 * is never taken for one that is damaged or gone: it would be an older table.
 */
export function findSource(
  { fileSystem }: Environment,
  tableDirectory: string,
  epoch: number,
  repair: Repair,
  error: Toolkit["error"],
): Source | undefined {
  const directories = epochsIn(fileSystem, tableDirectory)
    .filter((other) => other < epoch)
    .map((other) => epochDirectory(tableDirectory, other));
  const last = directories.findLastIndex(
    (directory) => fileSystem.status(join(directory, MANIFEST)) !== undefined,
  );
  const named = directories[last];
  let source = named === undefined ? undefined : readSource(fileSystem, named, repair, error);
  // An epoch gets its manifest before its first change: one without is of an owner who came no further, or it was lost.
  for (const directory of directories.slice(last + 1)) {
    const isLost =
      source === undefined
        ? hasFrames(fileSystem, directory)
        : hasLaterChanges(fileSystem, directory, source);
    if (!isLost) continue;
    refuse(repair, error, `${join(directory, MANIFEST)} is missing`);
    source = rebuildSource(fileSystem, directory, error);
  }
  return source;
}

/**
 * All that decides what {@link findSource} finds, as a text. It changes when the owner of an earlier epoch, who was taken
 * for dead, goes on: no file of a table goes before a manifest has changed, or an epoch is gone.
 */
export function describeEpochs(
  { fileSystem }: Environment,
  tableDirectory: string,
  epoch: number,
): string {
  const describeEpoch = (other: number): string => {
    try {
      const path = join(epochDirectory(tableDirectory, other), MANIFEST);
      return `${other} ${readWhole(fileSystem, path)}`;
    } catch {
      return `${other}`;
    }
  };
  const earlier = epochsIn(fileSystem, tableDirectory).filter((other) => other < epoch);
  return earlier.map(describeEpoch).join("\n");
}

function readSource(
  fileSystem: FileSystem,
  directory: string,
  repair: Repair,
  error: Toolkit["error"],
): Source {
  const path = join(directory, MANIFEST);
  const manifest = readManifest(fileSystem, path);
  if (manifest === "damaged") {
    refuse(repair, error, `${path} is damaged`);
    return rebuildSource(fileSystem, directory, error);
  }
  if ("newerFormat" in manifest) throw newerFormat(error, path, manifest.newerFormat);
  return { directory, isManifestLost: false, damaged: [], ...manifest };
}

function refuse(repair: Repair, error: Toolkit["error"], what: string): void {
  if (repair !== false) return;
  throw error(
    "STORE_CORRUPT",
    `${what}; open the table with repair: true to work out what it said`,
  );
}

function hasFrames(fileSystem: FileSystem, directory: string): boolean {
  return fileSystem.list(directory).some((name) => {
    const size = sizeAt(fileSystem, join(directory, name));
    return isSegmentName(name) && size > SEGMENT_HEADER_BYTES;
  });
}

/** Whether an epoch without a manifest has changes that came after those of an earlier one. */
function hasLaterChanges(fileSystem: FileSystem, directory: string, earlier: Source): boolean {
  const { uuid } = earlier;
  const names = earlier.segments.map(({ id, covers }) => segmentName(id, covers));
  const last = names.reduce(
    (highest, name) => Math.max(highest, highestIn(fileSystem, earlier.directory, name, uuid)),
    earlier.sequence,
  );
  return fileSystem
    .list(directory)
    .some(
      (name) =>
        isSegmentName(name) &&
        !names.includes(name) &&
        highestIn(fileSystem, directory, name, uuid) > last,
    );
}

/** By the frames alone, which are salted with what the file should be: its header may be damaged. */
function highestIn(fileSystem: FileSystem, directory: string, name: string, uuid: string): number {
  const id = Number.parseInt(name, 10);
  const covers = isBaseName(name) ? 1 : 0;
  const isThere = fileSystem.status(join(directory, name)) !== undefined;
  if (!isThere || segmentName(id, covers) !== name) return 0;
  const table = Buffer.from(uuid, "hex");
  return highestSequence(fileSystem, directory, { table, id, covers, type: 0 });
}

/**
 * Keeps the files of a damaged source as they are, under another name, which is returned; and what was found, should
 * nobody come to hear of it.
 */
export function keepAside(
  { fileSystem, host }: Environment,
  tableDirectory: string,
  source: Source,
  report: Omit<RepairReport, "keptAside">,
): string {
  const aside = join(tableDirectory, `damaged-${host.uuid()}`);
  fileSystem.makeDirectory(aside);
  for (const name of fileSystem.list(source.directory)) {
    const from = join(source.directory, name);
    const status = fileSystem.linkStatus(from);
    if (status?.kind !== "file") continue;
    linkOrCopy(fileSystem, from, join(aside, name), status.size);
  }
  const file = fileSystem.create(join(aside, REPAIR));
  try {
    const content = Buffer.from(`${JSON.stringify(report)}\n`);
    writeFully(fileSystem, file, content, 0, content.length, 0);
    fileSystem.sync(file);
  } finally {
    fileSystem.close(file);
  }
  fileSystem.syncDirectory(aside);
  fileSystem.syncDirectory(tableDirectory);
  return aside;
}
