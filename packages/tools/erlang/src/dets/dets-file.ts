import { basename, extname } from "node:path";
import { FileBytes, withFile } from "../source/file-bytes.js";
import type { Damaged, WalkReport } from "../source/report.js";
import type { StoredObject, TableSource } from "../source/table-source.js";
import { TermError } from "../term/term-error.js";
import { keysOf } from "./collection.js";
import { type DetsHeader, readDetsHeader } from "./dets-header.js";
import { mergedKeys, type StoredKey } from "./open-file.js";
import { scannedCollections } from "./scan.js";
import { type Piece, slotCollections } from "./slots.js";

/** A file of `dets`. It doesn't say what its table was called: that is taken to be the file's name. */
export function openDetsFile(path: string): TableSource {
  const { type, keyPosition } = withFile(path, readDetsHeader);
  return {
    kind: "dets",
    name: basename(path, extname(path)),
    type,
    keyPosition,
    verify: () => {},
    objects: (report) => objectsOf(path, report),
  };
}

function* objectsOf(path: string, report: WalkReport): Iterable<StoredObject> {
  const file = new FileBytes(path);
  try {
    const header = readDetsHeader(file);
    report.closed = header.isClosed;
    if (header.problem !== undefined) report.damaged(path, 0, header.problem);
    const isWhole = header.isClosed && header.problem === undefined;
    for (const { position, objects } of isWhole
      ? closedKeys(file, header, report)
      : openKeys(file, header, report))
      for (const { offset, bytes } of objects) yield { bytes, path, position: position + offset };
  } finally {
    file.close();
  }
}

function* closedKeys(file: FileBytes, header: DetsHeader, report: WalkReport): Iterable<StoredKey> {
  let keys = 0;
  let objects = 0;
  for (const piece of slotCollections(file, header.slots, report)) {
    for (const key of keysIn(piece, header, file.path, report)) {
      keys++;
      objects += key.objects.length;
      yield key;
    }
  }
  report.checked = "count";
  if (keys !== header.keys || objects !== header.objects) {
    const problem = `it holds ${objects} objects of ${keys} keys, not ${header.objects} of ${header.keys}`;
    report.damaged(file.path, 0, problem);
  }
}

/** Walked over twice, but each damage counts once. */
function openKeys(file: FileBytes, header: DetsHeader, report: WalkReport): Iterable<StoredKey> {
  let isFirst = true;
  function* walk(): Iterable<StoredKey> {
    const noted = isFirst ? report : silent;
    isFirst = false;
    for (const piece of scannedCollections(file, header, noted))
      yield* keysIn(piece, header, file.path, noted);
  }
  return mergedKeys(walk, header.type, header.keyPosition);
}

const silent: Damaged = { damaged: () => {} };

function keysIn(
  { position, bytes }: Piece,
  { type }: DetsHeader,
  path: string,
  report: Damaged,
): StoredKey[] {
  try {
    return keysOf(bytes, type).map((objects) => ({ position, objects }));
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    report.damaged(path, position, error.message);
    return [];
  }
}
