import { dirname } from "node:path";
import { FrameKind } from "../../src/frame.js";
import { MANIFEST, type Manifest } from "../../src/manifest.js";
import { isSegmentName, SEGMENT_HEADER_BYTES } from "../../src/segment.js";
import { framesOf, type ListedFrame } from "../../test/support/frame-list.js";
import { manifestIn } from "../../test/support/manifest-content.js";
import type { Fault } from "./fault.js";
import { nameOf } from "./machine.js";
import type { Subject } from "./subject.js";

/** What a fault does to a table, exactly. */
export interface Prospect {
  readonly outcome: "same" | "torn tail" | "damage";
  /** Behind the last change that counts, if it is a torn tail. */
  readonly tornBytes: number;
  readonly lostChanges: number;
  /** More may be counted. */
  readonly orMore: boolean;
  /** If no change is lost: of the last one that is left. */
  readonly sequence: number;
}

/**
 * For one byte that is another, or a file that is cut off, of a subject of one epoch, without a hint; undefined for
 * others, where it depends on more than one file.
 */
export function prospectOf(subject: Subject, { place }: Fault): Prospect | undefined {
  const { files, paths, moments } = subject;
  if (place === undefined || new Set(paths.map(dirname)).size > 1) return undefined;
  const { kind, path, at } = place;
  const manifest = manifestIn(files.get(`${dirname(path)}/${MANIFEST}`) as Buffer);
  if (manifest.hint !== null) return undefined;
  const name = nameOf(path);
  const sequence = moments.at(-1)?.sequence ?? 0;
  const same: Prospect = { outcome: "same", tornBytes: 0, lostChanges: 0, orMore: false, sequence };
  if (name === MANIFEST) return { ...same, outcome: "damage" };
  if (!isSegmentName(name)) return same;
  const content = files.get(path) as Buffer;
  const length = lengthIn(manifest, name);
  if (length !== null && at >= length) return same;
  if (kind === "flip") return afterFlip(content, at, length ?? 0, same);
  return length === null ? afterCut(content, at, manifest, same) : undefined;
}

function lengthIn({ segments }: Manifest, name: string): number | null {
  return segments.find(({ id }) => id === Number.parseInt(name, 10))?.length ?? null;
}

/** @param sealed the segment is on disk up to there */
function afterFlip(content: Buffer, at: number, sealed: number, same: Prospect): Prospect {
  if (at < SEGMENT_HEADER_BYTES) return { ...same, outcome: "damage" };
  const frames = framesOf(content);
  const frame = frames.find(({ start, end }) => start <= at && at < end);
  if (frame === undefined) throw new Error(`no frame is at byte ${at}`);
  const marks = frames.filter(({ kind }) => kind === FrameKind.sync).map(({ value }) => value);
  if (frame.start >= Math.max(sealed, ...marks)) return tornAt(frames, frame.start, content.length);
  const lost = frames.filter(({ isChange, batch }) => isChange && batch === frame.batch);
  return { ...same, outcome: "damage", lostChanges: frame.isChange ? lost.length : 0 };
}

/** The segment is the one that was being written. */
function afterCut(content: Buffer, at: number, manifest: Manifest, same: Prospect): Prospect {
  const torn = tornAt(framesOf(content), at, at);
  const lost = manifest.sequence - torn.sequence;
  if (at >= SEGMENT_HEADER_BYTES && lost <= 0) return torn;
  return { ...same, outcome: "damage", lostChanges: Math.max(1, lost), orMore: true };
}

/** No frame counts that isn't whole below `offset`, nor its batch. */
function tornAt(frames: readonly ListedFrame[], offset: number, size: number): Prospect {
  const isWhole = ({ batch }: ListedFrame) =>
    !frames.some((other) => other.batch === batch && other.end > offset);
  const whole = frames.filter(isWhole);
  const next = frames.find((frame) => frame.isChange && !isWhole(frame))?.sequence;
  const last = whole.findLast(({ isChange }) => isChange)?.sequence;
  return {
    outcome: "torn tail",
    tornBytes: size - Math.max(SEGMENT_HEADER_BYTES, ...whole.map(({ end }) => end)),
    lostChanges: 0,
    orMore: false,
    sequence: last ?? (next ?? 1) - 1,
  };
}
