import { type Fault, type FaultFamily, familyOf } from "./fault.js";
import type { Subject } from "./subject.js";

/** Of a disk, and finer ones, as the tables are small. */
const BLOCK_SIZES = [512, 64];
/** Of a file with more blocks, only those at the ends are moved about. */
const MANY_BLOCKS = 32;
const END_BLOCKS = 4;

/** A piece of a file. The last one may be shorter. */
interface Block {
  readonly path: string;
  readonly from: number;
  readonly bytes: Buffer;
}

/**
 * Every two blocks of a table's files have changed places; every one has taken the place of every other; every one is
 * zeros, or ones; or is what the same place of another file has, or the same file had earlier.
 */
export function blockFaults(subject: Subject): FaultFamily {
  const faults = BLOCK_SIZES.flatMap((size) => {
    const blocks = blocksOf(subject, size);
    return blocks.flatMap((block, index) => [
      ...blocks.slice(index + 1).map((other) => () => swap(subject, block, other)),
      ...blocks
        .filter((other) => other !== block)
        .map((other) => () => copy(subject, block, other)),
      ...[0, 0xff].map((value) => () => fill(subject, block, value)),
      ...subject.donors.flatMap((donor) => {
        const bytes = donor.content.subarray(block.from, block.from + size);
        if (bytes.length === 0) return [];
        return () => copy(subject, { path: donor.name, from: block.from, bytes }, block);
      }),
    ]);
  });
  return familyOf(faults);
}

function blocksOf({ files, paths }: Subject, size: number): readonly Block[] {
  return paths.flatMap((path) => {
    const content = files.get(path) as Buffer;
    const blocks: Block[] = [];
    for (let from = 0; from < content.length; from += size) {
      blocks.push({ path, from, bytes: content.subarray(from, from + size) });
    }
    if (blocks.length <= MANY_BLOCKS) return blocks;
    return [...blocks.slice(0, END_BLOCKS), ...blocks.slice(-END_BLOCKS)];
  });
}

function swap(subject: Subject, a: Block, b: Block): Fault {
  return {
    name: `${nameOf(a)} and ${nameOf(b)} have changed places`,
    changes: changed(subject, [a, b.bytes], [b, a.bytes]),
  };
}

function copy(subject: Subject, from: Block, to: Block): Fault {
  return {
    name: `${nameOf(from)} is in place of ${nameOf(to)}`,
    changes: changed(subject, [to, from.bytes]),
  };
}

function fill(subject: Subject, block: Block, value: number): Fault {
  return {
    name: `${nameOf(block)} is all ${value}`,
    changes: changed(subject, [block, Buffer.alloc(block.bytes.length, value)]),
  };
}

/** The files stay as long as they are. */
function changed(
  { files }: Subject,
  ...pieces: readonly (readonly [Block, Buffer])[]
): ReadonlyMap<string, Buffer> {
  const changes = new Map<string, Buffer>();
  for (const [{ path, from, bytes }, content] of pieces) {
    const file = changes.get(path) ?? Buffer.from(files.get(path) as Buffer);
    file.set(content.subarray(0, bytes.length), from);
    changes.set(path, file);
  }
  return changes;
}

function nameOf({ path, from, bytes }: Block): string {
  return `bytes ${from} to ${from + bytes.length} of ${path}`;
}
