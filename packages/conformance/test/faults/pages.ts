import type { AdapterTable, ScanRange, StoreRecord, Toolkit } from "@store/core";
import {
  asynchronous,
  minimalAdapter,
  minimalTable,
  type Shelf,
} from "../adapters/minimal-adapter.js";
import { type Fault, from, isWithin, type SyncTable, withMethods } from "./broken.js";

const SUITE = "tables of 2,502 records";
const PAGE_SIZES = [64, 500, 1_000];

/** The records of a range in the table's order, read from the shelf: quicker than by `next` and `lookup`. */
function contentOf(shelf: Shelf, range: ScanRange, { compareKeys }: Toolkit): StoreRecord[] {
  const found = [...shelf.groups.values()]
    .flat()
    .filter(([key]) => isWithin(key, range, compareKeys));
  if (shelf.type === "ordered_set") found.sort(([a], [b]) => compareKeys(a, b));
  return range.reverse ? found.reverse() : found;
}

/** Where the next page begins, by what there is now, how many records were returned, and the last of them. */
type NextPage = (content: readonly StoreRecord[], returned: number, last: StoreRecord) => number;

/** Reads pages of `size` records. */
function* paged(
  content: () => StoreRecord[],
  size: number,
  next: NextPage,
): Generator<StoreRecord> {
  let page = content().slice(0, size);
  let returned = 0;
  for (;;) {
    yield* page;
    returned += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < size) return;
    const now = content();
    const begin = next(now, returned, last);
    page = now.slice(begin, begin + size);
  }
}

const atOffset: NextPage = (_content, returned) => returned;

/** The default scan of a table, if all of the changed methods are wrong for this type only. */
function onlyFor(
  applies: (type: string) => boolean,
  change: (right: SyncTable, shelf: Shelf, toolkit: Toolkit) => Partial<SyncTable>,
): Fault["options"] {
  return withMethods((right, shelf, toolkit) =>
    applies(right.type) ? change(right, shelf, toolkit) : {},
  );
}

const isOrdered = (type: string) => type === "ordered_set";
const isBag = (type: string) => type.endsWith("bag");

/** Reading in pages, done wrong. */
export const PAGE_FAULTS: readonly Fault[] = [
  ...PAGE_SIZES.flatMap((size): Fault[] => [
    {
      name: `scan reads pages of ${size} records by OFFSET`,
      suite: SUITE,
      options: withMethods((_right, shelf, toolkit) => ({
        scan: (range) => paged(() => contentOf(shelf, range, toolkit), size, atOffset),
      })),
    },
    {
      name: `scan reads pages of ${size} records by OFFSET, but for tables without order`,
      suite: SUITE,
      options: onlyFor(isOrdered, (_right, shelf, toolkit) => ({
        scan: (range) => paged(() => contentOf(shelf, range, toolkit), size, atOffset),
      })),
    },
    {
      name: `scanKeys reads pages of ${size} keys by OFFSET`,
      suite: SUITE,
      options: withMethods((_right, shelf, toolkit) => ({
        *scanKeys(range) {
          const content = () =>
            contentOf(shelf, range, toolkit).filter(
              ([key], index, all) =>
                index === 0 || toolkit.compareKeys(key, all[index - 1]?.[0] ?? null) !== 0,
            );
          for (const [key] of paged(content, size, atOffset)) yield key;
        },
      })),
    },
    {
      name: `scan begins a page of ${size} records with the last key of the page before`,
      suite: SUITE,
      options: onlyFor(isOrdered, (_right, shelf, toolkit) => ({
        scan: (range) =>
          paged(
            () => contentOf(shelf, range, toolkit),
            size,
            (content, _returned, [last]) =>
              content.findIndex(([key]) => {
                const order = toolkit.compareKeys(key, last);
                return range.reverse ? order <= 0 : order >= 0;
              }),
          ),
      })),
    },
    {
      name: `scan ends a page of ${size} records between those of one key of a bag`,
      suite: SUITE,
      options: onlyFor(isBag, (_right, shelf, toolkit) => ({
        scan: (range) =>
          paged(
            () => contentOf(shelf, range, toolkit),
            size,
            (content, _returned, [last]) =>
              content.findLastIndex(([key]) => toolkit.compareKeys(key, last) === 0) + 1,
          ),
      })),
    },
    {
      name: `scan takes down the first ${size} keys, and no more`,
      suite: SUITE,
      options: withMethods(({ lookup }, shelf, toolkit) => ({
        *scan(range) {
          const keys = new Set(contentOf(shelf, range, toolkit).map(([key]) => key));
          for (const key of [...keys].slice(0, size)) yield* lookup(key);
        },
      })),
    },
    {
      name: `next takes keys from a page of ${size}, also after they were deleted`,
      suite: SUITE,
      options: onlyFor(isOrdered, (right, shelf, toolkit) => {
        let page: StoreRecord[] = [];
        const rest = { lower: undefined, upper: undefined, reverse: false, limit: size };
        return {
          insertMany(records) {
            page = [];
            right.insertMany(records);
          },
          next(key) {
            const after = (record: StoreRecord) => toolkit.compareKeys(record[0], key) > 0;
            if (!page.some(after)) {
              page = contentOf(shelf, { ...rest, lower: { key, inclusive: false } }, toolkit).slice(
                0,
                size,
              );
            }
            return page.find(after)?.[0];
          },
        };
      }),
    },
  ]),
  {
    name: "scan keeps what it has read, also after a delete",
    suite: SUITE,
    options: withMethods((right, shelf, toolkit) => {
      const kept = new Map<string, StoreRecord[]>();
      return {
        insertMany(records) {
          kept.clear();
          right.insertMany(records);
        },
        scan(range) {
          const id = JSON.stringify(range);
          const content = kept.get(id) ?? contentOf(shelf, range, toolkit);
          kept.set(id, content);
          return content;
        },
      };
    }),
  },
  {
    name: "matchObject returns the matches of the first 1,000 records",
    suite: SUITE,
    options: withMethods((_right, shelf, toolkit) => ({
      matchObject: ({ range, matches }, limit) =>
        contentOf(shelf, range, toolkit).slice(0, 1_000).filter(matches).slice(0, limit),
    })),
  },
  {
    name: "matchObject reads pages by OFFSET while others write",
    suite: SUITE,
    options: from({
      ...asynchronous(minimalAdapter()),
      async open(options, toolkit) {
        const shelves = new Map<string, Shelf>();
        const right = asynchronous(
          minimalAdapter((shelf) => {
            shelves.set("last", shelf);
            return minimalTable(shelf, toolkit);
          }),
        );
        const backend = await right.open(options, toolkit);
        return {
          ...backend,
          async openTable(domain, name, type) {
            const table = await backend.openTable(domain, name, type);
            const shelf = shelves.get("last");
            if (shelf === undefined) throw new Error("no shelf");
            return { ...table, matchObject: matchingByOffset(shelf, toolkit) };
          },
        };
      },
    }),
  },
];

function matchingByOffset(
  shelf: Shelf,
  toolkit: Toolkit,
): NonNullable<AdapterTable<"async">["matchObject"]> {
  return async ({ range, matches }, limit) => {
    const found: StoreRecord[] = [];
    const pages = paged(() => contentOf(shelf, range, toolkit), 64, atOffset);
    for (const record of pages) {
      await undefined;
      if (matches(record)) found.push(record);
      if (found.length === limit) break;
    }
    return found;
  };
}
