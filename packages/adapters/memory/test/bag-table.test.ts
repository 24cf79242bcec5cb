import { createStore } from "@store/core";
import { expect, test } from "vitest";
import { memoryAdapter } from "../src/index.js";

type Line = [key: string, number: number, parts: { a: number; b: number }];

const line = (number: number): Line => ["key", number, { a: number, b: -number }];
const turned = (number: number): Line => ["key", number, { b: -number, a: number }];

function bag(type: "bag" | "duplicate_bag") {
  return createStore({ adapter: memoryAdapter }).ensureTable<Line>("tests", type, { type });
}

/** Enough for a key's records to be found by their hash, and then some. */
const MANY = 200;

test("a bag with many records of a key keeps equal ones once, in the order they came", () => {
  const table = bag("bag");
  for (let number = 0; number < MANY; number++) table.insert(line(number));
  for (let number = 0; number < MANY; number++) table.insert(turned(number));
  expect(table.lookup("key")).toEqual(Array.from({ length: MANY }, (_, number) => line(number)));
});

test("deleteObject among many records of a key takes the equal one, and it can come again", () => {
  const table = bag("bag");
  for (let number = 0; number < MANY; number++) table.insert(line(number));
  for (let number = 0; number < MANY; number += 2) table.deleteObject(turned(number));
  expect(table.size).toBe(MANY / 2);
  table.insert(line(0));
  expect(table.lookup("key").at(-1)).toEqual(line(0));
  expect(table.size).toBe(MANY / 2 + 1);
});

test("deleteObject in a duplicate_bag takes all equal ones, few or many", () => {
  for (const count of [3, MANY]) {
    const table = bag("duplicate_bag");
    for (let number = 0; number < count; number++) table.insertMany([line(1), line(2)]);
    table.deleteObject(turned(1));
    expect(table.lookup("key")).toEqual(Array.from({ length: count }, () => line(2)));
    expect(table.matchDelete(line(2))).toBe(count);
    expect(table.member("key")).toBe(false);
    expect(table.size).toBe(0);
  }
});

test("records goes on rightly while records of the key that it is in come and go", () => {
  const table = bag("bag");
  for (let number = 0; number < 10; number++) table.insert(line(number));
  const seen: number[] = [];
  for (const [, number] of table.records()) {
    seen.push(number);
    table.insert(line(100 + number));
    if (number % 3 === 0) table.deleteObject(line(number + 1));
  }
  expect(seen).toEqual([0, 2, 3, 5, 6, 8, 9]);
});

test("records stops with a key that is taken while it is in it, and goes on with the next", () => {
  const table = bag("bag");
  table.insertMany([line(0), line(1), ["other", 0, { a: 0, b: 0 }]]);
  const seen: string[] = [];
  for (const [key, number] of table.records()) {
    seen.push(`${key} ${number}`);
    if (key === "key") expect(table.take("key")).toHaveLength(2);
  }
  expect(seen).toEqual(["key 0", "other 0"]);
});
