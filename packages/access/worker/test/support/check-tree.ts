import type { AdapterTable } from "@store/core";
import type { Arena } from "../../src/memory/arena.js";
import type { OwnedTable } from "../../src/tables/owned-table.js";
import * as header from "../../src/tables/table-header.js";
import * as node from "../../src/tree/node.js";
import { keyOffset, LENGTH_MASK } from "../../src/tree/record-block.js";
import { SearchKey } from "../../src/tree/search-key.js";

/**
 * Throws unless the tree of a set is as it must be: versions are even, keys ascend and lie between the separators above
 * them, leaves are linked both ways, all at one level, and none but the root is empty. Returns how many entries there are.
 */
export function checkTree(arena: Arena, table: AdapterTable<"sync">): number {
  const { words } = arena;
  const address = (table as OwnedTable).headerAddress;
  const seed = words[address + header.SEED] as number;
  const root = words[address + header.ROOT] as number;
  const leaves: number[] = [];
  const get = (at: number) => words[at] as number;
  const must = (holds: boolean, what: string) => {
    if (!holds) throw new Error(what);
  };
  let last: SearchKey | undefined;
  let count = 0;

  const visit = (at: number, level: number, lower?: SearchKey, upper?: SearchKey): void => {
    must((get(at) & 1) === 0, `node ${at} is locked`);
    const shape = get(at + node.SHAPE);
    must(
      level < 0 || node.levelOf(shape) === level,
      `node ${at} is at level ${node.levelOf(shape)}`,
    );
    const entries = node.countOf(shape);
    if (node.levelOf(shape) === 0) {
      must(entries > 0 || at === root, `leaf ${at} is empty`);
      leaves.push(at);
      for (let index = 0; index < entries; index++, count++) {
        const entry = at + node.ENTRIES + node.LEAF_ENTRY * index;
        const record = get(entry + 1);
        const flags = get(record + 1);
        const start = record + keyOffset(flags, false);
        const key = new SearchKey().load(words, start, flags & LENGTH_MASK, 0).rehash(seed);
        must(key.prefix === get(entry) >>> 0, "a prefix isn't that of its key");
        must(last === undefined || last.compare(key) < 0, "keys don't ascend");
        must(lower === undefined || lower.compare(key) <= 0, "a key is below its separator");
        must(upper === undefined || upper.compare(key) > 0, "a key isn't below the next separator");
        last = key;
      }
      return;
    }
    let from = lower;
    for (let index = 0; index <= entries; index++) {
      const entry = at + node.ENTRIES + node.BRANCH_ENTRY * index;
      const to = index === entries ? upper : separatorAt(entry);
      visit(
        get(at + node.FIRST_CHILD + node.BRANCH_ENTRY * index),
        node.levelOf(shape) - 1,
        from,
        to,
      );
      from = to;
    }
  };
  const separatorAt = (entry: number): SearchKey => {
    const separator = get(entry + 1);
    const key = new SearchKey();
    if (separator === 0) key.prefix = get(entry) >>> 0;
    else {
      const length = get(separator + node.SEPARATOR_LENGTH);
      key.load(words, separator + node.SEPARATOR_KEY, length, get(entry) >>> 0);
    }
    return key;
  };

  visit(root, -1);
  for (const [index, leaf] of leaves.entries()) {
    must(
      get(leaf + node.NEXT) === (leaves[index + 1] ?? 0),
      `the link after leaf ${leaf} is wrong`,
    );
    must(
      get(leaf + node.PREVIOUS) === (leaves[index - 1] ?? 0),
      `the link before leaf ${leaf} is wrong`,
    );
  }
  must(count === get(address + header.SIZE), "the size is wrong");
  return count;
}
