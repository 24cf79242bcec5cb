import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { Store, Table } from "@store/core";
import { expect } from "vitest";

/** What is known of a write: it happened, it didn't, or nobody knows. */
type Outcome = "done" | "not done" | "unknown";

type Keys = readonly [writer: number, step: number];

interface Tables {
  readonly counters: Table<[number, number], "async">;
  readonly log: Table<[[string, number], number, number], "async">;
  readonly one: Table<[Keys, string], "async">;
  readonly two: Table<[Keys, string], "async">;
}

const MANY = 10;

/** Writes without an end, and takes down what it is told of each write: the oracle for what must be there afterwards. */
export class Writer {
  readonly codes = new Set<string>();
  longestMs = 0;
  readonly #tables: Tables;
  readonly #store: Store<"async">;
  readonly #number: number;
  readonly #outcomes: Outcome[] = [];
  readonly #events = new EventEmitter();
  #isStopped = false;

  private constructor(store: Store<"async">, tables: Tables, number: number) {
    this.#store = store;
    this.#tables = tables;
    this.#number = number;
  }

  static async open(store: Store<"async">, number: number): Promise<Writer> {
    const open = <R extends [unknown, ...unknown[]]>(name: string, type: "set" | "ordered_set") =>
      store.ensureTable("crash", name, { type }) as unknown as Promise<Table<R & never, "async">>;
    return new Writer(
      store,
      {
        counters: (await open("counters", "set")) as never,
        log: (await open("log", "ordered_set")) as never,
        one: (await open("one", "set")) as never,
        two: (await open("two", "ordered_set")) as never,
      },
      number,
    );
  }

  async run(): Promise<void> {
    while (!this.#isStopped) {
      const step = this.#outcomes.length;
      const begin = performance.now();
      const outcome = await this.#outcomeOf(this.#write(step));
      this.longestMs = Math.max(this.longestMs, performance.now() - begin);
      this.#outcomes.push(outcome);
      this.#events.emit(outcome === "done" ? "success" : "failure");
      await setImmediate();
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  async nextSuccesses(count: number): Promise<void> {
    for (let left = count; left > 0; left--) await once(this.#events, "success");
  }

  async nextFailure(): Promise<void> {
    await once(this.#events, "failure");
  }

  /** Compares what is there with what the writer was told. */
  async check(): Promise<void> {
    const { counters, log, one, two } = this.#tables;
    const writer = this.#number;
    const kinds = [0, 1, 2, 3].map((kind) =>
      this.#outcomes.flatMap((outcome, step) => (step % 4 === kind ? [{ step, outcome }] : [])),
    );
    const done = (kind: number) => kinds[kind]?.filter(({ outcome }) => outcome === "done") ?? [];
    const perhaps = (kind: number) =>
      kinds[kind]?.filter(({ outcome }) => outcome !== "not done") ?? [];

    const [counter] = await counters.lookup(writer);
    expect(counter?.[1] ?? 0).toBeGreaterThanOrEqual(done(0).length);
    expect(counter?.[1] ?? 0).toBeLessThanOrEqual(perhaps(0).length);

    const logged = new Map<number, number>();
    for await (const [, by, step] of log.records()) {
      if (by === writer) logged.set(step, (logged.get(step) ?? 0) + 1);
    }
    const inBoth = new Set<number>();
    const many = new Map<number, number>();
    for await (const [[by, step]] of one.records()) {
      if (by !== writer) continue;
      if (Number.isInteger(step)) inBoth.add(step);
      else many.set(Math.floor(step), (many.get(Math.floor(step)) ?? 0) + 1);
    }
    const inTwo = await two.count({ prefix: [writer] });
    expect(inTwo).toBe(inBoth.size);

    this.#compare("append", kinds[1] ?? [], (step) => logged.get(step) ?? 0, 1);
    this.#compare("batch", kinds[2] ?? [], (step) => Number(inBoth.has(step)), 1);
    this.#compare("insertMany", kinds[3] ?? [], (step) => many.get(step) ?? 0, MANY);
  }

  #compare(
    what: string,
    steps: readonly { step: number; outcome: Outcome }[],
    found: (step: number) => number,
    whole: number,
  ): void {
    for (const { step, outcome } of steps) {
      const allowed = { done: [whole], "not done": [0], unknown: [0, whole] }[outcome];
      expect(allowed, `${what} ${step}, ${outcome}`).toContain(found(step));
    }
  }

  async #write(step: number): Promise<unknown> {
    const { counters, log, one, two } = this.#tables;
    const writer = this.#number;
    switch (step % 4) {
      case 0:
        return counters.updateCounter(writer, 1, [writer, 0]);
      case 1:
        return log.append(["log"], writer, step);
      case 2:
        return this.#store
          .batch()
          .insertNew(one, [[writer, step], "batch"])
          .insert(two, [[writer, step], "batch"])
          .commit();
      default:
        return one.insertMany(
          Array.from({ length: MANY }, (_unused, index) => [
            [writer, step + (index + 1) / (MANY + 1)],
            "many",
          ]),
        );
    }
  }

  async #outcomeOf(write: Promise<unknown>): Promise<Outcome> {
    try {
      await write;
      return "done";
    } catch (error) {
      const { code } = error as { code: string };
      this.codes.add(code);
      return code === "STORE_OUTCOME_UNKNOWN" ? "unknown" : "not done";
    }
  }
}
