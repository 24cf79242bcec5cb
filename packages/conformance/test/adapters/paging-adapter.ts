import type { Adapter, ScanRange, StoreRecord } from "@store/core";
import { minimalAdapter, minimalTable, type Shelf } from "./minimal-adapter.js";

/**
 * An adapter that reads its ordered tables in pages, as one over a database does: each page begins after the last key of
 * the page before it. Records that were deleted since their page was read are still returned.
 */
export function pagingAdapter(size: number): Adapter<object, "sync"> {
  return minimalAdapter((shelf: Shelf, toolkit) => {
    const table = minimalTable(shelf, toolkit);
    if (table.type !== "ordered_set") return table;
    const { compareKeys } = toolkit;

    function page({ lower, upper, reverse }: ScanRange): StoreRecord[] {
      const sorted = [...shelf.groups.values()].flat().sort(([a], [b]) => compareKeys(a, b));
      const inRange = sorted.filter(([key]) => {
        const above = lower === undefined ? 1 : compareKeys(key, lower.key);
        const below = upper === undefined ? -1 : compareKeys(key, upper.key);
        const isAbove = above > 0 || (above === 0 && lower?.inclusive === true);
        return isAbove && (below < 0 || (below === 0 && upper?.inclusive === true));
      });
      return (reverse ? inRange.reverse() : inRange).slice(0, size);
    }

    return {
      ...table,
      *scan(range) {
        let rest = range;
        for (;;) {
          const found = page(rest);
          yield* found;
          const last = found.at(-1);
          if (last === undefined || found.length < size) return;
          const bound = { key: last[0], inclusive: false };
          rest = range.reverse ? { ...rest, upper: bound } : { ...rest, lower: bound };
        }
      },
    };
  });
}
