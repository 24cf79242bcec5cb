import { type AnySetup, type Benchmark, isErlang } from "../benchmark.js";
import { BENCHMARKS } from "../benchmarks/benchmarks.js";
import { workspaceDirectory } from "../paths.js";

/** One engine at one benchmark. */
export interface Case {
  readonly benchmark: Benchmark;
  readonly setup: AnySetup;
  /** As it is shown. */
  readonly title: string;
  readonly count: number;
  /** The workspace that ours is taken from. */
  readonly workspace: string;
  /** Of each loop, in milliseconds. */
  readonly warmUp: number;
}

/** Cases that are compared: the first one with each of the others. */
export interface Comparison {
  readonly benchmark: Benchmark;
  readonly count: number;
  readonly cases: readonly Case[];
  readonly rounds: number;
}

/** How much is measured. */
export interface Extent {
  readonly count: number;
  /** To show growth: more and fewer records. */
  readonly others: readonly number[];
  readonly rounds: number;
  /** Of what takes long: many records. */
  readonly fewRounds: number;
  /** No benchmark has more records. */
  readonly most: number;
  /** Of each loop, in milliseconds. */
  readonly warmUp: number;
  /** Only the first of ours, and so many of the others. Undefined: all. */
  readonly mostPeers: number | undefined;
}

export const FULL: Extent = {
  count: 200_000,
  others: [10_000, 1_000_000],
  rounds: 3,
  fewRounds: 3,
  most: Number.POSITIVE_INFINITY,
  warmUp: 400,
  mostPeers: undefined,
};

export const QUICK: Extent = {
  count: 20_000,
  others: [],
  rounds: 1,
  fewRounds: 1,
  most: 20_000,
  warmUp: 200,
  mostPeers: 2,
};

/** What is measured when ours is compared with peers. */
export function peersPlan(extent: Extent, withErlang: boolean): readonly Comparison[] {
  return BENCHMARKS.flatMap((benchmark) => {
    const main = comparison(benchmark, enginesOf(benchmark, extent), extent, withErlang);
    const others = extent.others.map((count) =>
      comparison({ ...benchmark, records: count }, benchmark.grows ?? [], extent, withErlang),
    );
    return [main, ...(benchmark.grows === undefined ? [] : others)];
  });
}

/** What is measured when ours of several workspaces are compared with each other. */
export function workspacesPlan(
  extent: Extent,
  workspaces: ReadonlyMap<string, string>,
): readonly Comparison[] {
  return BENCHMARKS.flatMap((benchmark) => {
    const ours = benchmark.engines.filter(isOurs);
    return ours.map((setup): Comparison => {
      const { count, rounds } = sizeOf(benchmark, extent);
      const cases = [...workspaces].map(([name, workspace]) => {
        const { warmUp } = extent;
        return { benchmark, setup, count, workspace, warmUp, title: `${setup.title}, ${name}` };
      });
      return { benchmark, count, cases, rounds };
    });
  });
}

function enginesOf({ engines }: Benchmark, { mostPeers }: Extent): readonly AnySetup[] {
  if (mostPeers === undefined) return engines;
  const peers = engines.filter((setup) => !isOurs(setup));
  return [...engines.slice(0, 1), ...peers.slice(0, mostPeers)];
}

function isOurs({ title }: AnySetup): boolean {
  return title.startsWith("@store/");
}

function comparison(
  benchmark: Benchmark,
  setups: readonly AnySetup[],
  extent: Extent,
  withErlang: boolean,
): Comparison {
  const { count, rounds } = sizeOf(benchmark, extent);
  const { warmUp } = extent;
  const workspace = workspaceDirectory;
  const cases = setups
    .filter((setup) => withErlang || !isErlang(setup))
    .map((setup) => ({ benchmark, setup, count, workspace, warmUp, title: setup.title }));
  return { benchmark, count, cases, rounds };
}

function sizeOf(benchmark: Benchmark, extent: Extent): Pick<Comparison, "count" | "rounds"> {
  const count = Math.min(benchmark.records ?? extent.count, extent.most);
  return { count, rounds: count > extent.count ? extent.fewRounds : extent.rounds };
}
