import { join } from "node:path";
import type { Toolkit } from "@store/core";
import { runName, type TreeRun } from "../files/tree-run.js";
import { FIRST_STORAGE_ID } from "../format/entry-key.js";
import { logName, logSalt } from "../format/log/log-header.js";
import { decodeManifest, MANIFEST, type Manifest } from "../format/manifest.js";
import { LogBuffer } from "../log/log-buffer.js";
import type { LogFile } from "../log/log-reader.js";
import { LogTail } from "../log/log-tail.js";
import { Memtable } from "../memtable/memtable.js";
import { epochDirectory, epochsIn } from "../ownership/epoch.js";
import { bestEffort } from "../platform/best-effort.js";
import type { Environment } from "../platform/environment.js";
import { errorCode } from "../platform/error-code.js";
import { readWhole } from "../platform/whole-file.js";
import { Replay } from "../recovery/replay.js";
import { BLOCK_CACHE_PART, BlockCache } from "../runs/blocks/block-cache.js";
import { Run } from "../runs/run.js";
import { Catalogue } from "./catalogue.js";
import { TreeView } from "./tree-view.js";

/** Milliseconds. What is read is at most so much older than the last look, and a look takes its time. */
const LOOK_EVERY = 500;
/** The owner may remove files between a look at the manifest and the next. */
const ROUNDS = 20;
const REMEDY = "open it once with repair: true, and without readOnly, to keep what is good";

/** What a manifest names, open. */
interface Source {
  /** Of the epoch. */
  readonly directory: string;
  readonly manifest: Manifest;
  /** The manifest as it is in the file: another one says other things. */
  readonly text: string;
  readonly logs: readonly LogFile[];
  readonly replay: Replay;
  readonly tail: LogTail;
}

/**
 * The tree as somebody sees it who doesn't own it: a prefix of what the owner has written, which never goes back. Nothing
 * is written, not even a lock. Looks again when the last look is {@link LOOK_EVERY} ago.
 */
export class ReadOnlyTree extends TreeView {
  readonly catalogue: Catalogue;
  readonly #environment: Environment;
  readonly #dataDir: string;
  readonly #error: Toolkit["error"];
  readonly blockCache: BlockCache;
  readonly #isSnapshot: boolean;
  #source: Source | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(
    environment: Environment,
    dataDir: string,
    { cacheBytes, isSnapshot }: { readonly cacheBytes: number; readonly isSnapshot: boolean },
    toolkit: Toolkit,
  ) {
    super(new Memtable(new LogBuffer()), [], cacheBytes);
    this.#environment = environment;
    this.#dataDir = dataDir;
    this.#error = toolkit.error;
    this.#isSnapshot = isSnapshot;
    this.blockCache = new BlockCache(cacheBytes * BLOCK_CACHE_PART);
    this.catalogue = new Catalogue(this, new Map());
    this.#look();
  }

  get segments(): readonly { readonly id: number; readonly bytes: number }[] {
    const { fileSystem } = this.#environment;
    const { logs, manifest } = this.#found;
    return logs.map(({ file }, index) => ({
      id: manifest.logs[index] as number,
      bytes: fileSystem.size(file),
    }));
  }

  get changes(): number {
    return this.#found.tail.sequence;
  }

  /** What was found by whoever has a table open. */
  get #found(): Source {
    return this.#source as Source;
  }

  override checkOpen(): void {
    if (this.#isClosed) throw this.#error("STORE_TABLE_CLOSED", "the data directory is closed");
    if (this.#isSnapshot) return;
    const now = this.#environment.host.monotonicTime();
    if (now - this.#lookedAt >= LOOK_EVERY) this.#look();
  }

  override write(): never {
    this.checkOpen();
    throw this.readOnly("nothing can be written");
  }

  /** The error for what can't be done here. */
  readOnly(what: string): Error {
    return this.#error("STORE_READ_ONLY", `${what}: ${this.#dataDir} is open with readOnly`);
  }

  override sync(): void {
    this.checkOpen();
  }

  override sweep(): void {}

  override wallTime(): number {
    return this.#environment.host.wallTime();
  }

  close(): void {
    this.#isClosed = true;
    this.#closeLogs();
    for (const { run } of this.runs) bestEffort(() => run.close());
    this.runs = [];
  }

  #look(): void {
    this.#lookedAt = this.#environment.host.monotonicTime();
    const source = this.#source;
    if (source !== undefined && this.#isCurrent(source)) {
      const { sequence } = source.tail;
      const end = source.tail.advance();
      if (end === "the end so far") {
        if (source.tail.sequence > sequence) this.#changed(source.replay);
        return;
      }
    }
    for (let round = 1; ; round++) {
      try {
        this.#load();
        return;
      } catch (error) {
        // The owner went on, and removed what the manifest named.
        if (errorCode(error) !== "ENOENT") throw error;
        if (round === ROUNDS) {
          throw this.#error("STORE_CORRUPT", `a file of ${this.#dataDir} is missing`, error);
        }
      }
    }
  }

  #isCurrent({ directory, text }: Source): boolean {
    const last = this.#lastEpoch();
    return last?.directory === directory && last.text === text;
  }

  /** The last epoch that has a manifest. */
  #lastEpoch(): { readonly directory: string; readonly text: string } | undefined {
    const { fileSystem } = this.#environment;
    if (fileSystem.status(this.#dataDir) === undefined) return undefined;
    for (const epoch of epochsIn(fileSystem, this.#dataDir).reverse()) {
      const directory = epochDirectory(this.#dataDir, epoch);
      const path = join(directory, MANIFEST);
      if (fileSystem.status(path) === undefined) continue;
      return { directory, text: readWhole(fileSystem, path).toString() };
    }
    return undefined;
  }

  #load(): void {
    const last = this.#lastEpoch();
    if (last === undefined) return;
    const { directory, text } = last;
    const path = join(directory, MANIFEST);
    const manifest = decodeManifest(Buffer.from(text));
    if (manifest === "damaged") throw this.#error("STORE_CORRUPT", `${path} is damaged`);
    if ("newerFormat" in manifest) {
      throw this.#error("STORE_NEWER_FORMAT", `${path} has format ${manifest.newerFormat}`);
    }
    const uuid = Buffer.from(manifest.uuid, "hex");
    const logs: LogFile[] = [];
    const opened: TreeRun[] = [];
    try {
      for (const id of manifest.logs) logs.push(this.#openLog(directory, uuid, id));
      const runs = manifest.runs.map((run) => this.#openRun(directory, uuid, run, opened));
      const replay = new Replay({ nextStorageId: FIRST_STORAGE_ID, nextOrder: 0 });
      const { fileSystem } = this.#environment;
      const tail = new LogTail(fileSystem, logs, manifest.sequence, (batch) => replay.apply(batch));
      if (tail.advance() === "damaged") {
        const what = "the log lacks changes that were on disk";
        throw this.#error("STORE_CORRUPT", `${directory}: ${what}; ${REMEDY}`);
      }
      this.#replace({ directory, manifest, text, logs, replay, tail }, runs);
    } catch (error) {
      for (const { run } of opened) bestEffort(() => run.close());
      for (const { file } of logs) bestEffort(() => this.#environment.fileSystem.close(file));
      throw error;
    }
  }

  #replace(source: Source, runs: readonly TreeRun[]): void {
    this.#closeLogs();
    for (const old of this.runs) if (!runs.includes(old)) bestEffort(() => old.run.close());
    this.#source = source;
    this.runs = runs;
    this.memtable = source.replay.memtable;
    this.#changed(source.replay);
  }

  #changed({ deltas }: Replay): void {
    this.version++;
    this.entries.clear();
    this.catalogue.reload(new Map(deltas));
  }

  /** A run that is open already, or one that is opened now. */
  #openRun(
    directory: string,
    uuid: Buffer,
    { id, level, bytes }: Manifest["runs"][number],
    opened: TreeRun[],
  ): TreeRun {
    const known = this.runs.find((run) => run.id === id);
    if (known !== undefined && this.#source?.manifest.uuid === uuid.toString("hex")) return known;
    const { fileSystem } = this.#environment;
    const path = join(directory, runName(id));
    const run = Run.open(fileSystem, path, { directory: uuid, id }, this.blockCache);
    const treeRun = { id, level, bytes, run };
    opened.push(treeRun);
    return treeRun;
  }

  #openLog(directory: string, uuid: Buffer, id: number): LogFile {
    const { fileSystem } = this.#environment;
    const file = fileSystem.open(join(directory, logName(id)));
    try {
      return { file, salt: logSalt({ directory: uuid, id }), size: fileSystem.size(file) };
    } catch (error) {
      bestEffort(() => fileSystem.close(file));
      throw error;
    }
  }

  #closeLogs(): void {
    const logs = this.#source?.logs ?? [];
    for (const { file } of logs) bestEffort(() => this.#environment.fileSystem.close(file));
  }
}
