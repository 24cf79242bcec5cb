import { afterEach, expect, test } from "vitest";
import { _, createStore } from "../../src/index.js";
import { arrayAdapter } from "../support/array-adapter.js";

const store = createStore({ adapter: arrayAdapter() });
afterEach(() => store.close());

const called: string[] = [];

/** An array whose own methods, and whose constructor, hand out something else: none of them may be asked. */
function sly<T extends unknown[]>(...list: T): T {
  const trap = (name: string) => () => {
    called.push(name);
    return ["sly"];
  };
  for (const name of [
    "map",
    "slice",
    "every",
    "some",
    "filter",
    "at",
    "concat",
    "flatMap",
    "keys",
  ]) {
    Object.defineProperty(list, name, { value: trap(name) });
  }
  Object.defineProperty(list, Symbol.iterator, { value: trap("iterator") });
  Object.defineProperty(list, "constructor", {
    get: () => {
      called.push("constructor");
      return Array;
    },
  });
  return list;
}

test("no call asks an array of the caller's for a method, an iterator or its constructor", () => {
  const table = store.ensureTable("d", "t", { type: "ordered_set" });
  const key = () => sly("a", 1);
  table.insert(sly(key(), sly({ n: sly(1, 2) }), 1) as never);
  table.insertMany([sly(key(), 1, 1) as never]);
  table.replace(sly(key(), 1, 1) as never, sly(key(), sly(1), 1) as never);
  table.updateElement(key(), sly(2, sly(3)) as never);
  table.updateElement(key(), sly(sly(2, 4), sly(3, 5)) as never);
  table.updateCounter(key(), sly(3, 1) as never);
  table.updateCounter(key(), sly(sly(3, 1), sly(3, 1, 100, 0)) as never);
  table.updateCounter(sly("b"), 1, sly(0, 1, sly(1)) as never);
  expect(table.matchObject(sly(sly("a", _), _, _) as never)).toHaveLength(1);
  expect(table.matchObject(sly(key(), _, sly(1)) as never)).toEqual([]);
  expect([...table.keys({ prefix: sly("a") as never, gte: key() })]).toEqual([["a", 1]]);
  expect(table.lookup(key())).toEqual([[["a", 1], 4, 8]]);
  expect(table.lookup(sly("b"))).toEqual([[["b"], 2, [1]]]);
  table.deleteObject(sly(key(), sly(1)) as never);
  expect(() => table.insert(sly(key(), () => 1) as never)).toThrow("[2] is a function");
  expect(() => table.updateCounter(key(), sly("x") as never)).toThrow('got ["x"]');
  expect(called).toEqual([]);
});
