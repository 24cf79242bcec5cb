import { createStore, type MigratedTable } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { openPlace, type Place } from "./places.js";
import { Tasks } from "./tasks.js";

/** Does some commands with the tasks that are at a place, and returns what there is to say. */
export async function session(where: string, commands: Iterable<string>): Promise<string[]> {
  const place = openPlace(where);
  const others: Place[] = [];
  // Async, so that a place may be a database; adapters in this process fit as well.
  const store = createStore({ adapter: memoryAdapter, mode: "async" });
  const said: string[] = [];
  try {
    await store.configureDomain("tasks", place.config);
    let tasks = await Tasks.open(store);
    for (const command of commands) {
      const [, verb, rest = ""] = /^(\w+)\s*(.*)$/.exec(command) ?? [];
      if (verb === "add") said.push(`task ${await tasks.add(rest)}`);
      else if (verb === "done")
        said.push((await tasks.finish(Number(rest))) ? "done" : "no such task");
      else if (verb === "list") said.push(...(await tasks.list()));
      else if (verb === "copy" || verb === "move") {
        const target = openPlace(rest);
        others.push(target);
        if (verb === "copy") {
          said.push(told("copied", await store.copyDomain("tasks", target.config)));
        } else {
          said.push(told("moved", await store.migrateDomain("tasks", target.config)));
          // A move closes the handles, so that no write goes to where the tables were.
          tasks = await Tasks.open(store);
        }
      } else throw new Error(`expected add, done, list, copy or move; got ${command}`);
    }
  } finally {
    await store.close();
    for (const { close } of [place, ...others]) await close();
  }
  return said;
}

function told(what: string, tables: readonly MigratedTable[]): string {
  return `${what} ${tables.map(({ table, records }) => `${records} of ${table}`).join(", ")}`;
}
