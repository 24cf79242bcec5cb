import { join } from "node:path";
import { FORMAT_VERSION } from "../format/format-version.js";
import { logName } from "../format/log/log-header.js";
import { MANIFEST, type Manifest, replaceManifest } from "../format/manifest.js";
import { LogSegment } from "../log/log-segment.js";
import type { Lease } from "../ownership/lease.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import type { BlockCache } from "../runs/blocks/block-cache.js";
import { manifestRun, runName, type TreeRun } from "./tree-run.js";

/** In the directory of an epoch, empty: part of a run couldn't be read. */
export const DAMAGED = "DAMAGED";

/** What a manifest says beside which files there are. */
export interface TreeState {
  readonly clean: boolean;
  readonly sequence: number;
  readonly nextStorageId: number;
  readonly nextOrder: number;
  /** New to old. */
  readonly runs: readonly TreeRun[];
  readonly logs: readonly LogSegment[];
}

/**
 * The files of a data directory in the directory of the owner's epoch.
 *
 * 1. A file that a manifest may name is removed only after another manifest took its place for certain.
 * 2. No id is given out twice, also over several owners.
 */
export class TreeFiles {
  readonly environment: Environment;
  /** That of the epoch. */
  readonly directory: string;
  /** The data directory's UUID, 16 bytes. */
  readonly uuid: Buffer;
  readonly lease: Lease;
  readonly cache: BlockCache;
  #nextId: number;
  /** What the manifest doesn't name any more, and nobody reads. */
  #obsolete: Obsolete[] = [];
  /** Counts the manifests that were begun: each has a temporary name of its own. */
  #manifests = 0;
  #isMarked = false;
  /** How many took their place, and how many of these did so for certain. */
  #renamed = 0;
  #confirmed = 0;

  constructor(
    environment: Environment,
    directory: string,
    uuid: Buffer,
    lease: Lease,
    { cache, nextId }: { readonly cache: BlockCache; readonly nextId: number },
  ) {
    this.environment = environment;
    this.directory = directory;
    this.uuid = uuid;
    this.lease = lease;
    this.cache = cache;
    this.#nextId = nextId;
  }

  /** The next id that is given out. */
  get nextId(): number {
    return this.#nextId;
  }

  /** Whether it isn't certain that the last manifest is found after a loss of power. */
  get isUnconfirmed(): boolean {
    return this.#confirmed < this.#renamed;
  }

  takeId(): number {
    return this.#nextId++;
  }

  createLog(): LogSegment {
    const id = this.takeId();
    const { environment, directory, uuid } = this;
    return this.lease.guard(() =>
      LogSegment.create(environment.fileSystem, directory, { directory: uuid, id }),
    );
  }

  runPath(id: number): string {
    return join(this.directory, runName(id));
  }

  /**
   * Writes the manifest that names these files, all of which are on disk with their names. What is obsolete by then is
   * removed when the manifest is on disk.
   */
  *publish(state: TreeState, syncing: Syncing, onRenamed: () => void): DiskSteps<void> {
    const manifest: Manifest = {
      format: FORMAT_VERSION,
      uuid: this.uuid.toString("hex"),
      clean: state.clean,
      sequence: state.sequence,
      nextId: this.#nextId,
      nextStorageId: state.nextStorageId,
      nextOrder: state.nextOrder,
      runs: state.runs.map(manifestRun),
      logs: state.logs.map(({ id }) => id),
    };
    let obsolete: readonly Obsolete[] = [];
    let number = 0;
    yield* replaceManifest(this.environment.fileSystem, this.directory, manifest, syncing, {
      temporary: `${MANIFEST}.${++this.#manifests}.tmp`,
      verify: () => this.lease.verify(),
      onRenamed: () => {
        number = ++this.#renamed;
        onRenamed();
        obsolete = this.#obsolete;
      },
    });
    this.#confirm(number);
    this.#obsolete = this.#obsolete.filter((one) => !obsolete.includes(one));
    this.#remove(obsolete);
  }

  /** Makes certain that the last manifest is found after a loss of power: who published it may not have come so far. */
  confirm(): void {
    if (!this.isUnconfirmed) return;
    const number = this.#renamed;
    this.environment.fileSystem.syncDirectory(this.directory);
    this.#confirm(number);
  }

  /** {@link confirm}, off the main thread. */
  async confirmInBackground(): Promise<void> {
    const number = this.#renamed;
    await this.environment.fileSystem.syncDirectoryInBackground(this.directory);
    this.#confirm(number);
  }

  /** Says that the manifest that is being written doesn't name a file any more. It is closed at once. */
  retireRun({ id, run }: TreeRun): void {
    run.closeInBackground();
    this.#obsolete.push({ name: runName(id) });
  }

  /** {@link retireRun} of a log segment. */
  retireLog(segment: LogSegment): void {
    segment.close();
    this.#obsolete.push({ name: logName(segment.id) });
  }

  /** Leaves word for the next open that part of a run can't be read: it looks at everything then. */
  markDamaged(): void {
    if (this.#isMarked) return;
    this.#isMarked = true;
    const { fileSystem } = this.environment;
    bestEffort(() =>
      this.lease.guard(() => {
        fileSystem.close(fileSystem.create(join(this.directory, DAMAGED)));
        fileSystem.syncDirectory(this.directory);
      }),
    );
  }

  /** What stays goes with its epoch. */
  #remove(obsolete: readonly Obsolete[]): void {
    if (obsolete.length === 0) return;
    const { fileSystem } = this.environment;
    bestEffort(() =>
      this.lease.guard(() => {
        for (const { name } of obsolete) {
          bestEffort(() => fileSystem.remove(join(this.directory, name)));
        }
      }),
    );
  }

  #confirm(number: number): void {
    this.#confirmed = Math.max(this.#confirmed, number);
  }
}

interface Obsolete {
  readonly name: string;
}
