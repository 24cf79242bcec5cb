import { workspaceDirectory } from "./places.js";
import { type AnySetup, isErlang, type Work } from "./work.js";
import { WORKS } from "./works/works.js";

/** One contender at one work. */
export interface Case {
  readonly work: Work;
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
  readonly work: Work;
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
  /** No work has more records. */
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
  return WORKS.flatMap((work) => {
    const main = comparison(work, contendersOf(work, extent), extent, withErlang);
    const others = extent.others.map((count) =>
      comparison({ ...work, records: count }, work.grows ?? [], extent, withErlang),
    );
    return [main, ...(work.grows === undefined ? [] : others)];
  });
}

/** What is measured when ours of several workspaces are compared with each other. */
export function workspacesPlan(
  extent: Extent,
  workspaces: ReadonlyMap<string, string>,
): readonly Comparison[] {
  return WORKS.flatMap((work) => {
    const ours = work.contenders.filter(isOurs);
    return ours.map((setup): Comparison => {
      const { count, rounds } = sizeOf(work, extent);
      const cases = [...workspaces].map(([name, workspace]) => {
        const { warmUp } = extent;
        return { work, setup, count, workspace, warmUp, title: `${setup.title}, ${name}` };
      });
      return { work, count, cases, rounds };
    });
  });
}

function contendersOf({ contenders }: Work, { mostPeers }: Extent): readonly AnySetup[] {
  if (mostPeers === undefined) return contenders;
  const peers = contenders.filter((setup) => !isOurs(setup));
  return [...contenders.slice(0, 1), ...peers.slice(0, mostPeers)];
}

function isOurs({ title }: AnySetup): boolean {
  return title.startsWith("@store/");
}

function comparison(
  work: Work,
  setups: readonly AnySetup[],
  extent: Extent,
  withErlang: boolean,
): Comparison {
  const { count, rounds } = sizeOf(work, extent);
  const { warmUp } = extent;
  const workspace = workspaceDirectory;
  const cases = setups
    .filter((setup) => withErlang || !isErlang(setup))
    .map((setup) => ({ work, setup, count, workspace, warmUp, title: setup.title }));
  return { work, count, cases, rounds };
}

function sizeOf(work: Work, extent: Extent): Pick<Comparison, "count" | "rounds"> {
  const count = Math.min(work.records ?? extent.count, extent.most);
  return { count, rounds: count > extent.count ? extent.fewRounds : extent.rounds };
}
