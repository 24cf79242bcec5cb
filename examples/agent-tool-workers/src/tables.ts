import type { Store } from "@store/core";

/** What a tool is asked to do; the key is its place in the queue. */
export type Job = [n: number, job: { tool: string; argument: string }];
/** What came of a job. */
export type Answer = [n: number, answer: { tool: string; result: string }];
/** What the agent knows, for every tool to read. */
export type Fact = [name: string, fact: { text: string }];
/** How often each tool was used. */
export type Use = [tool: string, uses: number];

/** The tables, in the agent's thread as in a tool's. */
export function openTables(store: Store) {
  return {
    jobs: store.ensureTable<Job>("agent", "jobs", { type: "ordered_set" }),
    answers: store.ensureTable<Answer>("agent", "answers", { type: "ordered_set" }),
    facts: store.ensureTable<Fact>("agent", "facts"),
    uses: store.ensureTable<Use>("metrics", "uses"),
  };
}
