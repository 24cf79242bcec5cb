import { workerData } from "node:worker_threads";
import { attachStore } from "@store/worker";
import { openTables } from "./tables.js";

const store = attachStore(workerData.ticket);
const { jobs, answers, facts, uses } = openTables(store);

const TOOLS: Record<string, (argument: string) => string> = {
  // Read from shared memory: no message, whatever the agent does meanwhile.
  recall: (name) => facts.lookup(name)[0]?.[1].text ?? "nothing is known of it",
  shout: (text) => text.toUpperCase(),
};

for (let n = jobs.first(); n !== undefined; n = jobs.first()) {
  // One of all tools gets it.
  const [job] = jobs.take(n);
  if (job === undefined) continue;
  const [, { tool, argument }] = job;
  const result = TOOLS[tool]?.(argument) ?? "there is no such tool";
  answers.insert([n, { tool, result }]);
  // Counted in shared memory, too, by whoever comes.
  uses.updateCounter(tool, 1);
}
store.close();
