import type { DeepReadonly, Store } from "@store/core";

/** What the model wants done: a tool by name, and its input. `finish` ends the run. */
export interface Action {
  readonly tool: string;
  readonly input: string;
}

/** What came of an action. */
export interface Observation {
  readonly text: string;
  /** Files that it made, by name. */
  readonly artifacts?: Readonly<Record<string, string>>;
}

/** Decides what comes next. Any language model fits: goal and history in, action out. */
export type Model = (goal: string, history: readonly JournalEvent[]) => Promise<Action>;

/** `key` is the same whenever this step is tried again: hand it on, so that nothing is charged or sent twice. */
export type Tool = (input: string, key: string) => Promise<Observation>;

export type JournalEvent = DeepReadonly<
  | { type: "decided"; step: number; action: Action }
  | { type: "observed"; step: number; text: string; failed: boolean }
>;

/** `pending` was decided and not done yet, as far as is known. */
export type RunRecord = [
  id: string,
  run: { goal: string; status: "running" | "done"; step: number; pending?: Action },
];
type EventRecord = [at: [run: string, sequence: number], event: JournalEvent];
type ArtifactRecord = [at: [run: string, name: string], content: string];

/** The tables of all runs. Their domain is backed by one adapter with batches, so that a batch can span them. */
export function openTables(store: Store) {
  return {
    runs: store.ensureTable<RunRecord>("agent", "runs"),
    journal: store.ensureTable<EventRecord>("agent", "journal", { type: "ordered_set" }),
    artifacts: store.ensureTable<ArtifactRecord>("agent", "artifacts", { type: "ordered_set" }),
  };
}

export interface AgentOptions {
  readonly model: Model;
  readonly tools: Readonly<Record<string, Tool>>;
  /** Told what happens, as it happens. */
  readonly report?: (line: string) => void;
}

export class Agent {
  readonly tables: ReturnType<typeof openTables>;
  readonly #store: Store;
  readonly #options: AgentOptions;

  constructor(store: Store, options: AgentOptions) {
    this.#store = store;
    this.#options = options;
    this.tables = openTables(store);
  }

  /** Begins the run, or goes on with it where it stood, until it is done. Returns how many steps it took. */
  async run(id: string, goal: string): Promise<number> {
    const { runs, journal } = this.tables;
    runs.insertNew([id, { goal, status: "running", step: 1 }]);
    const history = [...journal.records({ prefix: [id] })].map(([, event]) => event);
    for (;;) {
      const [record] = runs.lookup(id);
      if (record === undefined) throw new Error(`the run ${id} was removed`);
      const [, { status, step }] = record;
      if (status === "done") return step;
      history.push(await this.#advance(record, history));
    }
  }

  /** Decides, or does what was decided: with a decision on record, another try of it does the same under the same key. */
  async #advance(before: DeepReadonly<RunRecord>, history: readonly JournalEvent[]) {
    const { model, report } = this.#options;
    const [id, { pending, ...run }] = before;
    const { goal, step } = run;
    if (pending === undefined) {
      const action = await model(goal, history);
      const event: JournalEvent = { type: "decided", step, action };
      this.#commit(before, [id, { ...run, pending: action }], event);
      report?.(`decided ${step}: ${action.tool}`);
      return event;
    }
    report?.(`acting ${step}: ${pending.tool}`);
    const { text, failed, artifacts } = await this.#act(pending, `${id}/${step}`);
    const event: JournalEvent = { type: "observed", step, text, failed };
    const isDone = pending.tool === "finish" && !failed;
    const after = isDone ? { goal, step, status: "done" as const } : { ...run, step: step + 1 };
    this.#commit(before, [id, after], event, artifacts);
    report?.(`observed ${step}`);
    return event;
  }

  /** A tool that fails has an answer, too: the model reads it, and decides what to do about it. */
  async #act({ tool, input }: Action, key: string): Promise<Observation & { failed: boolean }> {
    try {
      const act = Object.hasOwn(this.#options.tools, tool) ? this.#options.tools[tool] : undefined;
      if (act === undefined) throw new Error(`there is no tool ${tool}`);
      return { ...(await act(input, key)), failed: false };
    } catch (error) {
      return { text: error instanceof Error ? error.message : String(error), failed: true };
    }
  }

  /** State, journal and artifacts change together or not at all; and not if another process has gone on meanwhile. */
  #commit(
    before: DeepReadonly<RunRecord>,
    after: RunRecord,
    event: JournalEvent,
    artifacts: Readonly<Record<string, string>> = {},
  ): void {
    const [id] = after;
    const batch = this.#store
      .batch()
      .replace(this.tables.runs, before, after)
      .append(this.tables.journal, [id], event);
    for (const [name, content] of Object.entries(artifacts)) {
      batch.insert(this.tables.artifacts, [[id, name], content]);
    }
    if (!batch.commit()) throw new Error(`another process goes on with the run ${id}`);
  }
}
