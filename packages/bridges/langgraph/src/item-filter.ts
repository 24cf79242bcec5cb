import { compareKeys, type Key, StoreError } from "@store/core";
import { isEqual } from "./equality.js";

type Test = (value: unknown, operand: unknown) => boolean;

const OPERATORS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ["$eq", isEqual],
  ["$ne", (value, operand) => !isEqual(value, operand)],
  ["$gt", (value, operand) => inOrder(value, operand, (order) => order > 0)],
  ["$gte", (value, operand) => inOrder(value, operand, (order) => order >= 0)],
  ["$lt", (value, operand) => inOrder(value, operand, (order) => order < 0)],
  ["$lte", (value, operand) => inOrder(value, operand, (order) => order <= 0)],
  ["$in", (value, operand) => listOf("$in", operand).some((each) => isEqual(value, each))],
  ["$nin", (value, operand) => !listOf("$nin", operand).some((each) => isEqual(value, each))],
]);

/** What a search's filter asks of an item's value. An operator that isn't known is refused at once. */
export function itemFilter(
  filter: Record<string, unknown> = {},
): (value: Record<string, unknown>) => boolean {
  const tests = Object.entries(filter).flatMap(([name, condition]) =>
    testsOf(condition).map(([test, operand]) => ({ name, test, operand })),
  );
  return (value) => tests.every(({ name, test, operand }) => test(value[name], operand));
}

function testsOf(condition: unknown): [Test, unknown][] {
  if (!hasOperators(condition)) return [[isEqual, condition]];
  return Object.entries(condition).map(([operator, operand]) => {
    const test = OPERATORS.get(operator);
    if (test !== undefined) return [test, operand];
    throw new StoreError(
      "STORE_INVALID_OPERATION",
      `a filter has the operators ${[...OPERATORS.keys()].join(", ")}; got ${JSON.stringify(operator)}`,
    );
  });
}

/** An object whose names all begin with `$`, at least one. */
function hasOperators(condition: unknown): condition is Record<string, unknown> {
  if (typeof condition !== "object" || condition === null) return false;
  const names = Object.keys(condition);
  return names.length > 0 && names.every((name) => name.startsWith("$"));
}

/** Only what is of one kind has an order: numbers and bigints, texts, or Dates. */
function inOrder(a: unknown, b: unknown, test: (order: number) => boolean): boolean {
  const [left, right] = [orderedOf(a), orderedOf(b)];
  return left !== undefined && right !== undefined && left.kind === right.kind
    ? test(compareKeys(left.key, right.key))
    : false;
}

function orderedOf(value: unknown): { kind: string; key: Key } | undefined {
  if (value instanceof Date) return orderedIn("date", value.getTime());
  if (typeof value === "number" || typeof value === "bigint") return orderedIn("number", value);
  return typeof value === "string" ? { kind: "text", key: value } : undefined;
}

function orderedIn(kind: string, key: number | bigint): { kind: string; key: Key } | undefined {
  return Number.isNaN(key) ? undefined : { kind, key };
}

function listOf(operator: string, operand: unknown): readonly unknown[] {
  if (Array.isArray(operand)) return operand;
  throw new StoreError("STORE_INVALID_OPERATION", `${operator} of a filter takes an array`);
}
