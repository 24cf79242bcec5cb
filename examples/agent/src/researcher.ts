import { setTimeout as delay } from "node:timers/promises";
import type { JournalEvent, Model, Tool } from "./agent.js";

const LIBRARY: Readonly<Record<string, string>> = {
  ets: "Tables in memory, of one node.",
  dets: "Tables in a file, of one process.",
  mnesia: "Tables of several nodes, with transactions.",
  rocksdb: "A log-structured merge tree, embedded.",
  lmdb: "A B+ tree, mapped into memory.",
};

/** A model that is made of rules, so that the example needs no key: it looks every topic up, then writes a report. */
export const ruleModel: Model = async (goal, history) => {
  await delay(2);
  const topics = goal.split(",").map((topic) => topic.trim());
  const seen = history.filter(({ type }) => type === "observed").length;
  const topic = topics[seen];
  if (topic !== undefined) return { tool: "look_up", input: topic };
  return { tool: "finish", input: report(topics, history) };
};

export const tools: Readonly<Record<string, Tool>> = {
  async look_up(topic) {
    await delay(2);
    const text = Object.hasOwn(LIBRARY, topic) ? LIBRARY[topic] : undefined;
    if (text === undefined) throw new Error("nothing is known");
    return { text, artifacts: { [`notes/${topic}.md`]: `# ${topic}\n\n${text}\n` } };
  },
  async finish(text) {
    return { text: "written", artifacts: { "report.md": text } };
  },
};

function report(topics: readonly string[], history: readonly JournalEvent[]): string {
  const found = history.flatMap((event) => (event.type === "observed" ? [event.text] : []));
  return topics.map((topic, index) => `- ${topic}: ${found[index]}\n`).join("");
}
