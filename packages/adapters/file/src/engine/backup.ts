import { join } from "node:path";
import { manifestRun, runName } from "../files/tree-run.js";
import { FORMAT_VERSION } from "../format/format-version.js";
import { replaceManifest } from "../format/manifest.js";
import { epochDirectory } from "../ownership/epoch.js";
import { RELEASED } from "../ownership/owner.js";
import { linkOrCopy } from "../platform/link-or-copy.js";
import { blocking, runBlocking } from "../platform/syncing.js";
import type { Tree } from "./tree.js";

/**
 * Makes a data directory of what is flushed: links to the runs, or copies of them, and a manifest that says that nothing
 * is left to recover. It belongs to nobody, and is opened like any other. While it is made, nothing is removed that it
 * needs, since that takes a turn of the event loop, or another call.
 *
 * @param directory is there, and empty
 */
export function backupTree(tree: Tree, directory: string): void {
  const { files, runs, nextStorageId, nextOrder } = tree;
  const { fileSystem } = files.environment;
  const epoch = epochDirectory(directory, 1);
  fileSystem.makeDirectory(epoch);
  fileSystem.close(fileSystem.create(join(epoch, RELEASED)));
  for (const { id, bytes } of runs) {
    linkOrCopy(fileSystem, files.runPath(id), join(epoch, runName(id)), bytes);
  }
  const manifest = {
    format: FORMAT_VERSION,
    uuid: files.uuid.toString("hex"),
    clean: true,
    sequence: tree.flushedSequence,
    nextId: files.nextId,
    nextStorageId,
    nextOrder,
    runs: runs.map(manifestRun),
    logs: [],
  } as const;
  const syncing = blocking(fileSystem);
  const replacement = { temporary: "MANIFEST.tmp", verify: () => {}, onRenamed: () => {} };
  fileSystem.syncDirectory(epoch);
  runBlocking(replaceManifest(fileSystem, epoch, manifest, syncing, replacement));
  fileSystem.syncDirectory(directory);
}
