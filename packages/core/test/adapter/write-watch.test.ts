import { expect, test } from "vitest";
import { completeTable } from "../../src/adapter/completion.js";
import { runnerOf } from "../../src/adapter/steps.js";
import { TableGate } from "../../src/adapter/table-gate.js";
import { watchWrites } from "../../src/adapter/write-watch.js";
import { arrayAdapter } from "../support/array-adapter.js";

function tableOf() {
  const backend = arrayAdapter().open({}, { compareKeys: () => 0 } as never);
  const gate = new TableGate();
  gate.isOpen = true;
  return completeTable(backend.openTable("d", "t", "set"), { runner: runnerOf("sync"), gate });
}

test("watchWrites tells of writes, and of nothing else", () => {
  const table = tableOf();
  let writes = 0;
  watchWrites(table, () => writes++);
  table.lookup(1);
  table.size();
  table.sync();
  table.flushCounters();
  expect(writes).toBe(0);
  table.insert([1]);
  table.update(1, (record) => record);
  table.delete(1);
  expect(writes).toBe(3);
});

test("watchWrites, once ended, leaves the table's own methods", () => {
  const table = tableOf();
  const before = { ...table };
  const end = watchWrites(table, () => expect.unreachable("nobody watches"));
  expect(table.insert).not.toBe(before.insert);
  end();
  expect(table).toEqual(before);
  table.insert([1]);
});
