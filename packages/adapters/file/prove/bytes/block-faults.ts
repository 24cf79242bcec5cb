import { type Fault, type FaultFamily, familyOf } from "./fault.js";
import type { Specimen } from "./specimen.js";

/** Of a disk, and finer ones, as the files are small. */
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
 * Every two blocks of the files have changed places; every one has taken the place of every other; every one is
 * zeros, or ones; or is what the same place of another file has, or the same file had earlier.
 */
export function blockFaults(specimen: Specimen): FaultFamily {
  const faults = BLOCK_SIZES.flatMap((size) => {
    const blocks = blocksOf(specimen, size);
    return blocks.flatMap((block, index) => [
      ...blocks.slice(index + 1).map((other) => () => swap(specimen, block, other)),
      ...blocks
        .filter((other) => other !== block)
        .map((other) => () => copy(specimen, block, other)),
      ...[0, 0xff].map((value) => () => fill(specimen, block, value)),
      ...specimen.donors.flatMap((donor) => {
        const bytes = donor.content.subarray(block.from, block.from + size);
        if (bytes.length === 0) return [];
        return () => copy(specimen, { path: donor.name, from: block.from, bytes }, block);
      }),
    ]);
  });
  return familyOf(faults);
}

function blocksOf({ files, paths }: Specimen, size: number): readonly Block[] {
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

function swap(specimen: Specimen, a: Block, b: Block): Fault {
  return {
    name: `${nameOf(a)} and ${nameOf(b)} have changed places`,
    changes: changed(specimen, [a, b.bytes], [b, a.bytes]),
  };
}

function copy(specimen: Specimen, from: Block, to: Block): Fault {
  return {
    name: `${nameOf(from)} is in place of ${nameOf(to)}`,
    changes: changed(specimen, [to, from.bytes]),
  };
}

function fill(specimen: Specimen, block: Block, value: number): Fault {
  return {
    name: `${nameOf(block)} is all ${value}`,
    changes: changed(specimen, [block, Buffer.alloc(block.bytes.length, value)]),
  };
}

/** The files stay as long as they are. */
function changed(
  { files }: Specimen,
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
