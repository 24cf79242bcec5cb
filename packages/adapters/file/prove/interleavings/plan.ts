import type { StoreRecord, Table, TableType } from "@store/core";
import type { FileOptions } from "../../src/options.js";
import { TYPES } from "../../test/support/life.js";
import type { Random } from "../random.js";

/** What a table holds: by its key, the value of each record. */
export type State = Map<string, number>;

/** One thing that a process does to a table, the same whenever it is done. */
export interface Step {
  readonly name: string;
  act(table: Table<StoreRecord>): void;
  /** What the table holds then. */
  apply(state: State): void;
}

/** What a process does from opening a table to the end. */
export interface Plan {
  readonly options: FileOptions;
  readonly steps: readonly Step[];
  /** Whether it closes the table at the end; otherwise it dies some time after it. */
  readonly closes: boolean;
}

/** What three processes do to a table, one after the other. */
export interface Story {
  readonly type: TableType;
  readonly writeBufferBytes: number;
  /** It is left alone. */
  readonly first: Plan;
  /** It falls asleep. */
  readonly sleeper: Plan;
  /** Whether each write of the sleeper takes several calls. */
  readonly writesInHalves: boolean;
  /** It takes the table over. */
  readonly successor: Plan;
}

/** By these, each change is flushed; or none before the table is closed. */
const WRITE_BUFFERS = [1, 2 ** 24];

/** A story that may happen. */
export function anyStory(random: Random): Story {
  const options = [someOptions(random), someOptions(random)] as const;
  // What a flush writes of a ramFile, before it is synced, isn't told here.
  const isHeld = options.some(({ ramFile }) => ramFile);
  const writeBufferBytes = isHeld ? 2 ** 24 : random.pick(WRITE_BUFFERS);
  const firstSteps = [0, 1, 2, 3].map((number) => insert(`z${number}`, number));
  const sleeperSteps = someSteps(random, "a", [removal("z0"), removal("z1")]);
  const successorSteps = someSteps(random, "b", [removal("z2"), removal("z3")]);
  return {
    type: random.pick(TYPES),
    writeBufferBytes,
    first: { options: {}, steps: firstSteps, closes: random.oneIn(2) },
    sleeper: { options: options[0], steps: sleeperSteps, closes: !random.oneIn(4) },
    writesInHalves: random.oneIn(4),
    successor: { options: options[1], steps: successorSteps, closes: random.oneIn(2) },
  };
}

/** For what went wrong. */
export function describeStory({
  type,
  writeBufferBytes,
  first,
  sleeper,
  writesInHalves,
  successor,
}: Story): string {
  return [
    `${type}, write buffer ${writeBufferBytes}: ${describePlan(first)}`,
    `sleeper${writesInHalves ? ", which writes in halves" : ""}: ${describePlan(sleeper)}`,
    `successor: ${describePlan(successor)}`,
  ].join("\n  ");
}

/** What there is when a table, empty at first, has gone through steps. */
export function stateAfter(steps: Iterable<Pick<Step, "apply">>): State {
  const state: State = new Map();
  for (const step of steps) step.apply(state);
  return state;
}

/** The same for the same states. */
export function describeState(state: State): string {
  return [...state]
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(" ");
}

export function stateIn(table: Table<StoreRecord>): State {
  return new Map([...table.records()].map(([key, value]) => [String(key), Number(value)]));
}

export function insert(key: string, value: number): Step {
  return {
    name: `insert ${key}`,
    act: (table) => table.insert([key, value]),
    apply: (state) => state.set(key, value),
  };
}

function describePlan({ options, steps, closes }: Plan): string {
  const names = steps.map(({ name }) => name);
  return `${JSON.stringify(options)} ${[...names, closes ? "close" : "die"].join(", ")}`;
}

function someSteps(random: Random, name: string, others: readonly Step[]): Step[] {
  const left = [...others];
  return Array.from({ length: 3 + random.below(5) }, (_, number): Step => {
    const choice = random.below(6);
    if (choice === 0) return sync;
    if (choice === 1) return rest;
    if (choice === 2) return batch(`${name}${number}`, number);
    const [removed] = choice === 3 ? left.splice(0, 1) : [];
    return removed ?? insert(`${name}${number}`, number);
  });
}

function someOptions(random: Random): FileOptions {
  return {
    repair: random.oneIn(2),
    ...(random.oneIn(5)
      ? { ramFile: true, autoSave: Number.POSITIVE_INFINITY }
      : { autoSave: random.pick([0, 1_000, 1_000]) }),
  };
}

/** The process rests: its timers, and what it does in the background, have their turn. */
export const rest: Step = { name: "rest", act() {}, apply() {} };

export const sync: Step = { name: "sync", act: (table) => table.sync(), apply() {} };

function batch(key: string, value: number): Step {
  const keys = [`${key}.0`, `${key}.1`, `${key}.2`];
  return {
    name: `insert a batch ${key}`,
    act: (table) => table.insertMany(keys.map((each) => [each, value])),
    apply: (state) => {
      for (const each of keys) state.set(each, value);
    },
  };
}

/** Of a record of the first process, which nobody else removes. */
function removal(key: string): Step {
  return {
    name: `delete ${key}`,
    act: (table) => table.delete(key),
    apply: (state) => {
      state.delete(key);
    },
  };
}
