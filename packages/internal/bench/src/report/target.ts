import type { Entry, Outcome } from "../run/outcome.js";

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
const ETS = ["ETS set", "ETS set, read and write concurrency"];
const ETS_ORDERED = ["ETS ordered_set", "ETS ordered_set, read and write concurrency"];
const FILE = "@store/file set";
const BASELINE = "baseline: write, read";
const SQLITE = "better-sqlite3 WAL, NORMAL";

const TARGETS: readonly Target[] = [
  ratio("memory insert", "Map", 1.8),
  ratio("memory lookup", "Map", 1.4),
  ratio("memory updateCounter", "Map", 1.7),
  ratio("memory insert, cold", "Map", 3),
  ratio("memory lookup, cold", "Map", 2),
  ratio("memory updateCounter, cold", "Map", 3),
  ...["memory insert", "memory lookup", "memory updateCounter"].map((name) => best(name, ETS, 0.9)),
  again("memory lookup", "memory lookup, keys read anew", MEMORY, 1.1),
  again("memory insert", "memory insertMany", MEMORY, 0.7),
  best("memory ordered random insert", ETS_ORDERED, 0.9),
  best("memory ordered random lookup", ETS_ORDERED, 0.75),
  ratio("memory ordered random insert", "sorted-btree", 0.7),
  ratio("memory ordered random lookup", "sorted-btree", 0.7),
  ratio("memory next walk", "sorted-btree", 0.7),
  ratio("file insert", BASELINE, 1.5),
  ratio("file insert", SQLITE, 0.25),
  ratio("file insert", "DETS set", 1 / 3),
  ratio("file insertMany", SQLITE, 0.4),
  ratio("file insertMany", "classic-level", 0.5),
  ratio("file lookup from disk", SQLITE, 0.7, MANY),
  ratio("file lookup from disk", "classic-level", 1, MANY),
  ratio("file lookup in cache", "lmdb", 0.5),
  ratio("file member, absent", "classic-level", 0.3),
  ratio("file records, 1000 in a range", SQLITE, 0.5),
  ratio("file records, 1000 in a range", "lmdb", 1.2),
  ratio("file foldl", SQLITE, 0.8),
  ...["file insert", "file insertMany", "file lookup in cache", "file foldl"].map((name) =>
    again(name, `${name}, cold`, FILE, 1.6),
  ),
  ratio("file insert, on disk", "baseline: write + fdatasync", 1.2, 1_000),
  ratio("file insert, on disk, by many callers", "@store/file set, autoSave: 0", 1 / 40, 10_000),
  ratio("file insert, on disk, by many callers", "better-sqlite3 WAL, FULL", 1 / 10, 10_000),
  ratio("file updateCounter", BASELINE, 1.5),
  absolute("file updateCounter, atomic", "@store/file set, atomicCounters", 300, "ns", COUNT),
  absolute("open, closed before", FILE, 15, "ms", MANY),
  absolute("open, killed before", FILE, 150, "ms", MANY),
  growth("memory insert", MEMORY),
  growth("memory lookup", MEMORY),
  growth("memory updateCounter", MEMORY),
  growth("memory ordered insert", ORDERED),
  growth("memory ordered random insert", ORDERED),
  growth("memory next walk", ORDERED),
  growth("file insert", FILE),
  growth("file insertMany", FILE),
  growth("file updateCounter", FILE),
  growth("file foldl", FILE),
  absolute("event loop, p99", FILE, 3, "ms", MANY),
  absolute("event loop, longest", FILE, 15, "ms", MANY),
  onDisk("bytes on disk", 1.3),
  onDisk("bytes on disk, compacted", 1.15),
  ...["deleteObject of 5 MB", "matchDelete of 5 MB", "replace of 5 MB"].flatMap((name) => [
    ratio(name, "Buffer.compare", 2, 1),
    ratio(`file ${name}`, "Buffer.compare of bytes just written", 2, 1),
  ]),
  ratio("replace of 5 MB by as much", "Buffer.compare, new Uint8Array(bytes)", 2, 1),
  absolute("deleteObject of a Set of objects", MEMORY, 100, "ms", 16_000),
  ratio("bag insert of doubles that share an unseeded hash", "a bag, plain doubles", 2, 20_000),
  ratio("thread lookup", MEMORY, 2),
  ratio("thread lookup", "messages to a Map", 0.1),
  ratio("thread insert", "exchange by Atomics", 2, 20_000),
  ratio("server lookup, pipelined", "Redis", 1 / 1.5, 20_000),
  absolute("server lookup, lone call", "@store/server set", 60_000, "ns", 20_000),
  ratio("insert of a key of 10 MB", "new Uint8Array(bytes)", 8, 1),
];

/** By the fastest of several. */
function best(benchmark: string, others: readonly string[], atMost: number): Target {
  const [first = ""] = others;
  return {
    name: `${benchmark}, by ${first}, the faster of its options`,
    atMost,
    unit: "x",
    measured(outcomes) {
      const ratios = others.flatMap(
        (other) => find(outcomes, benchmark, other, COUNT)?.ratio ?? [],
      );
      return ratios.length === 0 ? undefined : Math.max(...ratios);
    },
  };
}

/** One benchmark of an engine by another one of the same. */
function again(of: string, benchmark: string, title: string, atMost: number): Target {
  return {
    name: `${benchmark}, by ${of}`,
    atMost,
    unit: "x",
    measured(outcomes) {
      const by = find(outcomes, of, title, COUNT)?.summary.median;
      const value = find(outcomes, benchmark, title, COUNT)?.summary.median;
      return by === undefined || value === undefined ? undefined : value / by;
    },
  };
}

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
function onDisk(benchmark: string, atMost: number): Target {
  return {
    name: `${benchmark}, by the encoded bytes`,
    atMost,
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
