import { dirname } from "node:path";
import { FrameKind } from "../../src/frame.js";
import { decodeManifest, MANIFEST, type Manifest } from "../../src/manifest.js";
import { segmentName } from "../../src/segment.js";
import { framesOf } from "../../test/support/frame-list.js";
import { type Files, nameOf } from "./machine.js";
import type { Subject } from "./subject.js";

/** What the files of a subject still say, after a fault, about what they were. */
export interface Evidence {
  /** The table's own manifest; undefined if that is damaged, gone, or another table's. */
  readonly manifest: Manifest | undefined;
  /** The changes up to this number are known to have been on disk. */
  readonly sequence: number;
}

/** Knows the files as they were, so that it needn't read them as the engine does. */
export function evidenceIn(subject: Subject, files: Files): Evidence {
  const path = lastManifest(subject, files);
  const found = path === undefined ? undefined : decodeManifest(files.get(path) as Buffer);
  const manifest = found === undefined || found === "damaged" ? undefined : (found as Manifest);
  const isOwn = manifest?.uuid === subject.uuid;
  const named = manifest?.segments.map(({ id, covers }) => segmentName(id, covers));
  const marked = subject.paths
    .filter((log) => log.endsWith(".log"))
    .filter((log) => path === undefined || dirname(log) === dirname(path))
    .filter((log) => !isOwn || named?.includes(nameOf(log)))
    .map((log) => markedIn(subject.files.get(log) as Buffer, files.get(log)));
  return {
    manifest: isOwn ? manifest : undefined,
    sequence: Math.max(isOwn ? manifest.sequence : 0, ...marked),
  };
}

/** The path of the manifest that counts. */
function lastManifest({ table }: Subject, files: Files): string | undefined {
  return [...files.keys()]
    .filter((path) => path.startsWith(`/data/d/${table}/E`) && nameOf(path) === MANIFEST)
    .sort()
    .at(-1);
}

/** The number of the last change below a mark that is still there. */
function markedIn(before: Buffer, now: Buffer | undefined): number {
  const frames = framesOf(before);
  const isThere = ({ start, end }: (typeof frames)[number]) =>
    now?.subarray(start, end).equals(before.subarray(start, end)) ?? false;
  const marks = frames.filter((frame) => frame.kind === FrameKind.sync && isThere(frame));
  const durable = Math.max(0, ...marks.map(({ value }) => value));
  const changes = frames.filter(({ isChange, end }) => isChange && end <= durable);
  return Math.max(0, ...changes.map(({ sequence }) => sequence));
}
