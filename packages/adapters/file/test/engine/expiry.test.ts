import { expect, test } from "vitest";
import { TreeRig } from "../support/tree-rig.js";

const LATER = 1_000;
/** When all that is due has been looked for. */
const LOOKED = 60_000;

function rigWith(moment = LATER) {
  const rig = new TreeRig();
  const store = rig.open();
  const table = store.ensureTable("d", "t");
  const expiresAt = rig.host.wallTime() + moment;
  table.insert(["a", 1], { expiresAt });
  return { rig, store, table, expiresAt };
}

test("a record whose moment is past is removed without a call, once", () => {
  const { rig } = rigWith();
  const writes = rig.fileSystem.count("write");
  rig.host.advance(LOOKED);
  expect(rig.fileSystem.count("write")).toBe(writes + 1);
  rig.host.advance(LOOKED);
  expect(rig.fileSystem.count("write")).toBe(writes + 1);
});

test.each(["set", "bag"] as const)(
  "the moment that a record of a %s had is none of another's",
  (type) => {
    const { rig, store, expiresAt } = rigWith();
    const table = store.ensureTable("d", type, { type });
    table.insert(["gone"], { expiresAt });
    table.insert(["without"], { expiresAt });
    table.insert(["again"], { expiresAt });
    table.insert(["later"], { expiresAt });
    table.delete("gone");
    table.expire("without", null);
    table.delete("again");
    table.insert(["again"]);
    table.expire("later", expiresAt + 2 * LOOKED);
    const writes = rig.fileSystem.count("write");
    rig.host.advance(LOOKED);
    expect(rig.fileSystem.count("write")).toBeGreaterThan(writes);
    expect([...table.keys()].sort()).toEqual(["again", "later", "without"]);
    rig.host.advance(2 * LOOKED);
    rig.kill();
    const after = rig.open().ensureTable("d", type);
    expect([...after.keys()].sort()).toEqual(["again", "without"]);
    expect(after.size).toBe(2);
  },
);

test("the moments of a table that was dropped are none of the next of its name", () => {
  const { rig, store } = rigWith();
  store.dropTable("d", "t");
  const table = store.ensureTable("d", "t");
  table.insert(["a", 2]);
  const writes = rig.fileSystem.count("write");
  rig.host.advance(LOOKED);
  expect(rig.fileSystem.count("write")).toBe(writes + 1);
  expect([...table.records()]).toEqual([["a", 2]]);
});

test("what is due and can't be removed is hidden, and removed when it can be; nobody is told", () => {
  const { rig, table } = rigWith();
  table.insert(["b", 1]);
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"], lasting: true });
  rig.host.advance(LOOKED);
  expect([...table.records()]).toEqual([["b", 1]]);
  rig.fileSystem.heal();
  rig.host.advance(LOOKED);
  table.insert(["c", 1]);
  rig.kill();
  // Nothing is removed there that the one before has not.
  const after = rig.open().ensureTable("d", "t");
  rig.fileSystem.fail({ nth: 1, code: "EIO", calls: ["write"], lasting: true });
  expect(after.size).toBe(2);
});

test.each(["set", "bag"] as const)(
  "to give a record of a %s the moment that it has writes nothing",
  (type) => {
    const { rig, store, expiresAt } = rigWith();
    const table = store.ensureTable("d", type, { type });
    table.insert(["a", 1], { expiresAt });
    const writes = rig.fileSystem.count("write");
    expect(table.expire("a", expiresAt)).toBe(true);
    expect(rig.fileSystem.count("write")).toBe(writes);
    expect(table.expire("a", expiresAt + 1)).toBe(true);
    expect(rig.fileSystem.count("write")).toBe(writes + 1);
    expect(table.expiresAt("a")).toBe(expiresAt + 1);
  },
);
