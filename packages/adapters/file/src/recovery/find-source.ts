import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { DAMAGED } from "../files/tree-files.js";
import { FrameKind } from "../format/log/log-frame.js";
import { MANIFEST, readManifest } from "../format/manifest.js";
import { epochDirectory, epochsIn } from "../ownership/epoch.js";
import { errorCode } from "../platform/error-code.js";
import type { FileSystem } from "../platform/file-system.js";
import { hasFilesOfTree, highestSequence, rebuildSource } from "./rebuilt-source.js";
import type { Source } from "./source.js";

/** While others remove files, it is looked for so often. */
const ROUNDS = 20;

/** How damage is met. */
export interface Finding {
  /** What is damaged may be worked out from what is there. */
  readonly mayRepair: boolean;
  readonly error: Toolkit["error"];
}

/**
 * What the last of these epochs left that has anything of the data directory; undefined if that is new. An older manifest
 * is never taken for one that is damaged or gone: it would be an older state.
 *
 * @param before the number of one's own epoch
 */
export function findSource(
  fileSystem: FileSystem,
  dataDir: string,
  before: number,
  finding: Finding,
): Source | undefined {
  for (let round = 1; ; round++) {
    try {
      return lookForSource(fileSystem, dataDir, before, finding);
    } catch (failure) {
      // The owner of an epoch without a manifest may wake up, and withdraw it.
      if (errorCode(failure) !== "ENOENT" || round === ROUNDS) throw failure;
    }
  }
}

function lookForSource(
  fileSystem: FileSystem,
  dataDir: string,
  before: number,
  finding: Finding,
): Source | undefined {
  const directories = epochsIn(fileSystem, dataDir)
    .filter((epoch) => epoch < before)
    .map((epoch) => epochDirectory(dataDir, epoch));
  const last = directories.findLastIndex(
    (directory) => fileSystem.status(join(directory, MANIFEST)) !== undefined,
  );
  const named = directories[last];
  let source = named === undefined ? undefined : readSource(fileSystem, named, finding);
  // An epoch gets its manifest before its first change: one without is of an owner who came no further, or it was lost.
  for (const directory of directories.slice(last + 1)) {
    const isLost =
      source === undefined
        ? hasFilesOfTree(fileSystem, directory)
        : hasLaterChanges(fileSystem, directory, source);
    if (isLost) source = rebuilt(fileSystem, directory, "is missing", finding);
  }
  return source;
}

function readSource(fileSystem: FileSystem, directory: string, finding: Finding): Source {
  const path = join(directory, MANIFEST);
  const manifest = readManifest(fileSystem, path);
  if (manifest === "damaged") return rebuilt(fileSystem, directory, "is damaged", finding);
  if ("newerFormat" in manifest) {
    throw finding.error(
      "STORE_NEWER_FORMAT",
      `${path} has format ${manifest.newerFormat}, which this version doesn't know. The files are untouched`,
    );
  }
  const isMarked = fileSystem.status(join(directory, DAMAGED)) !== undefined;
  return { directory, damaged: [], isMarked, ...manifest };
}

function rebuilt(
  fileSystem: FileSystem,
  directory: string,
  what: string,
  { mayRepair, error }: Finding,
): Source {
  const path = join(directory, MANIFEST);
  if (!mayRepair) {
    const remedy = "open with repair: true to work out what it said";
    throw error("STORE_CORRUPT", `${path} ${what}; ${remedy}`);
  }
  return rebuildSource(fileSystem, directory, error);
}

/** Whether an epoch without a manifest has changes that came after those of an earlier one. */
function hasLaterChanges(fileSystem: FileSystem, directory: string, earlier: Source): boolean {
  const { uuid, sequence } = earlier;
  // A repair knows of changes also by the frames that came behind them.
  const all = Object.values(FrameKind);
  const before = Math.max(sequence, highestSequence(fileSystem, earlier.directory, uuid, all));
  return highestSequence(fileSystem, directory, uuid, [FrameKind.changes]) > before;
}
