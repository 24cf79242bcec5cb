import type { Entry, Outcome } from "./outcome.js";

/** The size that the others are looked at with. */
const COUNT = 200_000;
const FEW = 10_000;
const MANY = 1_000_000;

/** A number that is to be reached. */
export interface Target {
  readonly name: string;
  readonly atMost: number;
  readonly unit: "x" | "ns" | "ms" | "bytes";
  /** Undefined if it wasn't measured in this run. */
  measured(outcomes: readonly Outcome[]): number | undefined;
}

/** A target, and where it stands. */
export interface Standing extends Omit<Target, "measured"> {
  readonly measured: number;
  readonly isMet: boolean;
}

/** All targets that were measured. */
export function standings(outcomes: readonly Outcome[]): readonly Standing[] {
  return TARGETS.flatMap(({ name, atMost, unit, measured: measure }) => {
    const measured = measure(outcomes);
    if (measured === undefined) return [];
    return [{ name, atMost, unit, measured, isMet: measured <= atMost }];
  });
}

const MEMORY = "@store/memory set";
const ORDERED = "@store/memory ordered_set";
const FILE = "@store/file set";
const BASELINE = "baseline: write, read";
const SQLITE = "better-sqlite3 WAL, NORMAL";

const TARGETS: readonly Target[] = [
  ratio("memory insert", "Map", 2.5),
  ratio("memory lookup", "Map", 1.5),
  ratio("memory updateCounter", "Map", 3),
  ratio("memory ordered insert", "sorted-btree", 1.5),
  ratio("memory ordered random insert", "sorted-btree", 1.2),
  ratio("memory next walk", "sorted-btree", 0.7),
  ratio("file insert", BASELINE, 1.5),
  ratio("file insert", SQLITE, 0.25),
  ratio("file insert", "DETS set", 1 / 3),
  ratio("file insertMany", SQLITE, 0.7),
  ratio("file insertMany", "classic-level", 0.7),
  ratio("file lookup from disk", BASELINE, 1.3),
  ratio("file lookup in cache", "lmdb", 0.5),
  ratio("file insert, on disk", "baseline: write + fdatasync", 1.2, 1_000),
  ratio("file updateCounter", BASELINE, 1.5),
  absolute("file updateCounter, atomic", "@store/file set, atomicCounters", 300, "ns", COUNT),
  ratio("file foldl", SQLITE, 1),
  absolute("open, closed before", FILE, 1_200, "ms", MANY),
  absolute("open, killed before", FILE, 2_500, "ms", MANY),
  growth("memory insert", MEMORY),
  growth("memory lookup", MEMORY),
  growth("memory updateCounter", MEMORY),
  growth("memory ordered insert", ORDERED),
  growth("memory ordered random insert", ORDERED),
  growth("memory next walk", ORDERED),
  growth("file insert", FILE),
  growth("file insertMany", FILE),
  growth("file lookup from disk", "@store/file set, cacheBytes: 0"),
  growth("file updateCounter", FILE),
  growth("file foldl", FILE),
  absolute("memory per key", FILE, 100, "bytes", COUNT),
  absolute("memory per key", "@store/file ordered_set", 100, "bytes", COUNT),
  absolute("event loop, p99", FILE, 5, "ms", MANY),
  absolute("event loop, longest", FILE, 20, "ms", MANY),
  onDisk("bytes on disk"),
  onDisk("bytes on disk, compacted"),
  ratio("deleteObject of 5 MB", "Buffer.compare", 3, 1),
  absolute("deleteObject of a Set of objects", MEMORY, 100, "ms", 16_000),
  ratio("bag insert of doubles that share an unseeded hash", "a bag, plain doubles", 2, 20_000),
  ratio("insert of a key of 10 MB", "new Uint8Array(bytes)", 8, 1),
];

function ratio(benchmark: string, other: string, atMost: number, count = COUNT): Target {
  return {
    name: `${benchmark}, by ${other}`,
    atMost,
    unit: "x",
    measured: (outcomes) => find(outcomes, benchmark, other, count)?.ratio,
  };
}

function absolute(
  benchmark: string,
  title: string,
  atMost: number,
  unit: Target["unit"],
  count: number,
): Target {
  return {
    name: `${benchmark}, ${title}`,
    atMost,
    unit,
    measured: (outcomes) => find(outcomes, benchmark, title, count)?.summary.median,
  };
}

function growth(benchmark: string, title: string): Target {
  return {
    name: `${benchmark}, 1,000,000 by 10,000 records`,
    atMost: 2,
    unit: "x",
    measured(outcomes) {
      const few = find(outcomes, benchmark, title, FEW)?.summary.median;
      const many = find(outcomes, benchmark, title, MANY)?.summary.median;
      return few === undefined || many === undefined ? undefined : many / few;
    },
  };
}

/** The baseline writes what is encoded, and nothing else. */
function onDisk(benchmark: string): Target {
  return {
    name: `${benchmark}, by the encoded bytes`,
    atMost: 1.3,
    unit: "x",
    measured: (outcomes) => find(outcomes, benchmark, BASELINE, COUNT)?.ratio,
  };
}

function find(
  outcomes: readonly Outcome[],
  benchmark: string,
  title: string,
  count: number,
): Entry | undefined {
  const outcome = outcomes.find((each) => each.benchmark === benchmark && each.count === count);
  return outcome?.entries.find((entry) => entry.title === title);
}
