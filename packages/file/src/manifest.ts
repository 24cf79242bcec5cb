import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { TableType, Toolkit } from "@store/core";
import type { FileSystem } from "./platform/file-system.js";
import type { DiskSteps, Syncing } from "./platform/syncing.js";
import { readWhole, writeFully } from "./platform/whole-file.js";
import { FORMAT_VERSION } from "./segment.js";

export const MANIFEST = "MANIFEST";

/** The numbers of the types in the headers of segments. On disk: never change one. */
export const TYPE_NUMBERS: Readonly<Record<TableType, number>> = {
  set: 1,
  ordered_set: 2,
  bag: 3,
  duplicate_bag: 4,
};

/** A segment of a table. */
export interface ManifestSegment {
  readonly id: number;
  /** All segments up to this id are in it, being the output of a compaction; 0 for a log. */
  readonly covers: number;
  /** Where its frames end; all of them are on disk. null for the one that is being written. */
  readonly length: number | null;
}

/** What a table consists of: the one truth about its files, replaced as a whole. */
export interface Manifest {
  readonly format: typeof FORMAT_VERSION;
  /** The table's name, whatever the directory is called. */
  readonly name: string;
  /** 32 hexadecimal digits, new for each table. */
  readonly uuid: string;
  readonly type: TableType;
  /** The table was closed, and nothing is left to recover. */
  readonly clean: boolean;
  /** The changes up to this number are on disk, in the segments. There may be later ones. */
  readonly sequence: number;
  /** In the order in which they are replayed. */
  readonly segments: readonly ManifestSegment[];
  /** The file with a copy of the key directory, if there is one. */
  readonly hint: string | null;
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
  const manifest: Manifest = JSON.parse(json);
  return manifest.format > FORMAT_VERSION ? { newerFormat: manifest.format } : manifest;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/** Says what the manifest at `path` holds, as {@link decodeManifest}. */
export function readManifest(
  fileSystem: FileSystem,
  path: string,
): ReturnType<typeof decodeManifest> {
  return decodeManifest(readWhole(fileSystem, path));
}

/**
 * Replaces the manifest of an epoch. Whatever it names is on disk before (I2). When this fails from the rename on, the
 * old manifest or the new one may be in effect: the files of both must stay.
 *
 * @param temporary a name that nobody else uses
 * @param isCurrent asked right before the rename: whether the manifest still says what is; if not, nothing is replaced
 * @param onRenamed called when the rename was made
 * @returns whether it was replaced
 */
export function* replaceManifest(
  fileSystem: FileSystem,
  directory: string,
  manifest: Manifest,
  syncing: Syncing,
  temporary: string,
  isCurrent: () => boolean,
  onRenamed: () => void,
): DiskSteps<boolean> {
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
  if (!isCurrent()) {
    fileSystem.remove(prepared);
    return false;
  }
  fileSystem.rename(prepared, join(directory, MANIFEST));
  onRenamed();
  yield syncing.directory(directory);
  return true;
}

/** The error for files that a later version has written. */
export function newerFormat(error: Toolkit["error"], path: string, format: number): Error {
  return error(
    "STORE_NEWER_FORMAT",
    `${path} has format ${format}; this version knows ${FORMAT_VERSION}. The files are untouched`,
  );
}
