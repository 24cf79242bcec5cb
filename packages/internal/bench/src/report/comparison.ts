import type { Outcome } from "../run/outcome.js";
import { figure, markdownTable, type Report } from "./report.js";

/** One of the others, and the titles of its engines, in memory and on disk. */
interface Column {
  readonly head: string;
  readonly engines: readonly string[];
}

const OTHERS: readonly Column[] = [
  { head: "Level", engines: ["memory-level", "classic-level"] },
  { head: "Keyv", engines: ["keyv"] },
  { head: "lmdb", engines: ["lmdb"] },
  { head: "SQLite", engines: ["better-sqlite3 :memory:", "better-sqlite3 WAL, NORMAL"] },
  { head: "ETS, DETS", engines: ["ETS set", "ETS ordered_set", "DETS set"] },
];

/** What is compared, as it is called for readers, and the benchmark that measures it. */
const ROWS: readonly (readonly [what: string, benchmark: string])[] = [
  ["in memory: insert", "memory insert"],
  ["in memory: look up", "memory lookup"],
  ["in memory: insert anywhere in an order", "memory ordered random insert"],
  ["on disk: insert", "file insert"],
  ["on disk: insert 100 at once", "file insertMany"],
  ["on disk: look up, in cache", "file lookup in cache"],
  ["on disk: look up, not in our cache", "file lookup from disk"],
  ["on disk: ask for a key that isn't there", "file member, absent"],
  ["on disk: read 1,000 in a range", "file records, 1000 in a range"],
  ["on disk: read all", "file foldl"],
];

const COUNT = 200_000;

/**
 * Ours, the first of each benchmark, beside others in one small table: what a call or a record takes at the median, in
 * nanoseconds, the shortest in bold.
 */
export function comparisonText({ outcomes }: Report): string {
  const head = ["nanoseconds a call or record", "`@store/*`", ...OTHERS.map((other) => other.head)];
  const rows = ROWS.flatMap(([what, benchmark]) => {
    const outcome = outcomes.find((each) => each.benchmark === benchmark && each.count === COUNT);
    return outcome === undefined ? [] : [[what, ...cells(outcome)]];
  });
  return markdownTable(head, rows);
}

function cells({ entries: [ours, ...others] }: Outcome): string[] {
  const found = OTHERS.map(({ engines }) => others.find(({ title }) => engines.includes(title)));
  const medians = [ours, ...found].map((entry) => entry?.summary.median);
  const shortest = Math.min(...medians.filter((median) => median !== undefined));
  return medians.map((median) => {
    if (median === undefined) return "";
    return median === shortest ? `**${figure(median)}**` : figure(median);
  });
}
