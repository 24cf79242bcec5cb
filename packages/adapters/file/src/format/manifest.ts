import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { FileSystem } from "../platform/file-system.js";
import type { DiskSteps, Syncing } from "../platform/syncing.js";
import { readWhole, writeFully } from "../platform/whole-file.js";
import { FORMAT_VERSION } from "./format-version.js";

/** The name of the file. On disk: never change it. */
export const MANIFEST = "MANIFEST";

/** A run that counts. */
export interface ManifestRun {
  readonly id: number;
  readonly bytes: number;
  readonly entries: number;
  readonly tombstones: number;
  /** How often its entries were merged. */
  readonly level: number;
}

/** What a data directory consists of: the one truth about its files, replaced as a whole. */
export interface Manifest {
  readonly format: typeof FORMAT_VERSION;
  /** 32 hexadecimal digits, new for each data directory. */
  readonly uuid: string;
  /** It was closed, and nothing is left to recover. */
  readonly clean: boolean;
  /** The frames up to this number are in the runs. */
  readonly sequence: number;
  /** The next file gets this id, or a higher one. */
  readonly nextId: number;
  /** The next table gets this storage id, if no log says more. */
  readonly nextStorageId: number;
  /** The next entry of a bag gets this order, if no log says more. */
  readonly nextOrder: number;
  /** New to old. */
  readonly runs: readonly ManifestRun[];
  /** Log segments, in the order in which they are replayed. */
  readonly logs: readonly number[];
}

/** One line: the checksum, then the manifest as JSON. */
export function encodeManifest(manifest: Manifest): Buffer {
  const json = JSON.stringify(manifest);
  return Buffer.from(`${checksum(json)} ${json}\n`);
}

/** Says what a manifest's file holds: damaged, of a later format, or a manifest. */
export function decodeManifest(content: Buffer): Manifest | "damaged" | { newerFormat: number } {
  const [, sum, json] = /^([0-9a-f]{8}) (.*)\n$/s.exec(content.toString()) ?? [];
  if (json === undefined || sum !== checksum(json)) return "damaged";
  const manifest = parsed(json);
  if (!isObject(manifest) || typeof manifest.format !== "number") return "damaged";
  if (manifest.format > FORMAT_VERSION) return { newerFormat: manifest.format };
  return isManifest(manifest) ? manifest : "damaged";
}

/** undefined if it isn't JSON, whatever its checksum says. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/** The checksum is right, but who knows who wrote it: a number of the wrong kind would be the name of a wrong file. */
function isManifest(value: Members): value is Members & Manifest {
  const numbers = [value.sequence, value.nextId, value.nextStorageId, value.nextOrder];
  return (
    typeof value.uuid === "string" &&
    /^[0-9a-f]{32}$/.test(value.uuid) &&
    typeof value.clean === "boolean" &&
    numbers.every(isCount) &&
    Array.isArray(value.runs) &&
    value.runs.every(
      (run: unknown) =>
        isObject(run) && [run.id, run.bytes, run.entries, run.tombstones, run.level].every(isCount),
    ) &&
    Array.isArray(value.logs) &&
    value.logs.every(isCount)
  );
}

type Members = { readonly [name: string]: unknown };

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Says what the manifest at `path` holds, as {@link decodeManifest}. */
export function readManifest(
  fileSystem: FileSystem,
  path: string,
): ReturnType<typeof decodeManifest> {
  return decodeManifest(readWhole(fileSystem, path));
}

/** How a manifest is replaced. */
export interface Replacement {
  /** A name that nobody else uses. */
  readonly temporary: string;
  /** Asked right before the rename: whether this owner may still make it. Throws if not. */
  verify(this: void): void;
  /** Called when the rename was made. */
  onRenamed(this: void): void;
}

/**
 * Replaces the manifest of an epoch. Whatever it names is on disk before (I2). When this fails from the rename on, the
 * old manifest or the new one may be in effect: the files of both must stay.
 */
export function* replaceManifest(
  fileSystem: FileSystem,
  directory: string,
  manifest: Manifest,
  syncing: Syncing,
  { temporary, verify, onRenamed }: Replacement,
): DiskSteps<void> {
  const prepared = join(directory, temporary);
  const file = fileSystem.create(prepared);
  try {
    const content = encodeManifest(manifest);
    writeFully(fileSystem, file, content, 0, content.length, 0);
    yield syncing.file(file);
  } finally {
    // Windows doesn't rename a file that is open.
    fileSystem.close(file);
  }
  verify();
  fileSystem.rename(prepared, join(directory, MANIFEST));
  onRenamed();
  yield syncing.directory(directory);
}
