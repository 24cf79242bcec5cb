import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import sortedBTree from "sorted-btree";
import { BPlusTree } from "../../collections/src/b-plus-tree.js";
import type { Key } from "../../core/src/key.js";
import { compareKeys } from "../../core/src/key-order.js";

/**
 * The ordered table's tree against the npm package `sorted-btree`, both with the comparator of core: run time as a
 * ratio, below 1 where ours is faster. String and number keys each have a process of their own, in which the two take
 * turns; what is shown is the ratio of the medians.
 */

const ENTRIES = 200_000;
const ROUNDS = 5;
/** Rounds before the first one that counts: the compiler's. */
const WARM_UP = 1;
const KEY_KINDS = ["string", "number"] as const;

type KeyKind = (typeof KEY_KINDS)[number];

/** What is measured of a tree. A walk and an iteration return how many entries they came by. */
interface Subject {
  readonly size: number;
  set(key: Key, value: number): unknown;
  get(key: Key): number | undefined;
  delete(key: Key): unknown;
  walk(): number;
  iterate(): number;
}

class Ours extends BPlusTree<Key, number> implements Subject {
  walk(): number {
    let count = 0;
    for (let key = this.firstKey(); key !== undefined; key = this.keyAfter(key)) count++;
    return count;
  }

  iterate(): number {
    let count = 0;
    for (const value of this.scan({ reverse: false })) if (value >= 0) count++;
    return count;
  }
}

// To Node, what is exported by a CommonJS package is all in its default import.
const { default: BTree } = sortedBTree;

class Theirs extends BTree<Key, number> implements Subject {
  walk(): number {
    let count = 0;
    for (let key = this.minKey(); key !== undefined; key = this.nextHigherKey(key)) count++;
    return count;
  }

  iterate(): number {
    let count = 0;
    for (const value of this.values()) if (value >= 0) count++;
    return count;
  }
}

const SUBJECTS: readonly (() => Subject)[] = [
  () => new Ours(compareKeys),
  () => new Theirs(undefined, compareKeys),
];

/** The same each time. */
function shuffled(keys: readonly Key[], seed: number): Key[] {
  const result = [...keys];
  let state = seed;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [result[last], result[other]] = [result[other] as Key, result[last] as Key];
  }
  return result;
}

/** Ten characters, or as many numbers, in ascending order. */
function ascendingKeys(kind: KeyKind): Key[] {
  return Array.from({ length: ENTRIES }, (_, index) =>
    kind === "number" ? index * 7 : String(index * 4973).padStart(10, "0"),
  );
}

interface Keys {
  readonly ascending: readonly Key[];
  readonly random: readonly Key[];
  readonly probes: readonly Key[];
}

type Measure = (name: string, run: (which: number) => void) => void;

/** The cases, in their order: the trees filled at random serve those after. */
function measureRound({ ascending, random, probes }: Keys, measure: Measure): void {
  measure("in-order insert", (which) => {
    fill(create(which), ascending);
  });
  const trees = SUBJECTS.map((_, which) => create(which));
  const tree = (which: number) => trees[which] as Subject;
  measure("random insert", (which) => fill(tree(which), random));
  measure("random get", (which) => {
    const subject = tree(which);
    let sum = 0;
    for (const key of probes) sum += subject.get(key) ?? 0;
    check(sum === ENTRIES);
  });
  measure("next walk", (which) => check(tree(which).walk() === ENTRIES));
  measure("iteration", (which) => check(tree(which).iterate() === ENTRIES));
  measure("random delete", (which) => {
    const subject = tree(which);
    for (const key of probes) subject.delete(key);
    check(subject.size === 0);
  });
}

function create(which: number): Subject {
  return (SUBJECTS[which] as () => Subject)();
}

function fill(subject: Subject, keys: readonly Key[]): void {
  for (const key of keys) subject.set(key, 1);
}

function check(holds: boolean): void {
  if (!holds) throw new Error("A tree did not do what is measured.");
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

type Medians = Record<string, number[]>;

/** In the process of one kind of keys: the medians of both trees, in milliseconds, by case. */
function measureKind(kind: KeyKind): Medians {
  const ascending = ascendingKeys(kind);
  const keys = { ascending, random: shuffled(ascending, 1), probes: shuffled(ascending, 2) };
  const times = new Map<string, number[][]>();
  for (let index = -WARM_UP; index < ROUNDS; index++) {
    measureRound(keys, (name, run) => {
      showProgress(`${kind} keys, round ${index + WARM_UP + 1} of ${WARM_UP + ROUNDS}: ${name}`);
      for (const which of index % 2 === 0 ? [0, 1] : [1, 0]) {
        globalThis.gc?.();
        const start = performance.now();
        run(which);
        const time = performance.now() - start;
        const ofCase = times.get(name) ?? [[], []];
        times.set(name, ofCase);
        if (index >= 0) ofCase[which]?.push(time);
      }
    });
  }
  showProgress("");
  return Object.fromEntries([...times].map(([name, ofCase]) => [name, ofCase.map(median)]));
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function inOwnProcess(script: string, kind: KeyKind): Medians {
  const { status, stdout } = spawnSync(process.execPath, ["--expose-gc", script, kind], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`The process for ${kind} keys failed.`);
  return JSON.parse(stdout) as Medians;
}

function printTable(results: readonly Medians[]): void {
  const columns = KEY_KINDS.map((kind) => `${kind} keys: ms`.padStart(22) + "ratio".padStart(8));
  console.log(`${`${ENTRIES} entries`.padEnd(16)}${columns.join("")}`);
  for (const name of Object.keys(results[0] ?? {})) {
    const cells = results.map((medians) => {
      const [ours = Number.NaN, theirs = Number.NaN] = medians[name] ?? [];
      const milliseconds = `${ours.toFixed(1)} : ${theirs.toFixed(1)}`;
      return milliseconds.padStart(22) + (ours / theirs).toFixed(2).padStart(8);
    });
    console.log(`${name.padEnd(16)}${cells.join("")}`);
  }
}

const kind = KEY_KINDS.find((each) => each === process.argv[2]);
if (kind !== undefined) {
  console.log(JSON.stringify(measureKind(kind)));
} else {
  const script = fileURLToPath(import.meta.url);
  console.log(`Node ${process.version}. B+ tree : sorted-btree, medians of ${ROUNDS} rounds.`);
  printTable(KEY_KINDS.map((each) => inOwnProcess(script, each)));
}
