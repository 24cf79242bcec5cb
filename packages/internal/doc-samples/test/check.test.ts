import { expect, test, vi } from "vitest";
import { blocksOf } from "../src/block.js";
import { checksOf } from "../src/check.js";
import { ROOT } from "../src/documents.js";

vi.setConfig({ testTimeout: 60_000 });

/** What is found wrong in a document of these lines. */
async function problemsIn(...lines: string[]): Promise<string[]> {
  const checks = checksOf(blocksOf("a.md", lines.join("\n")), ROOT, 5_000);
  return (await Promise.all(checks.map(({ problems }) => problems()))).flat();
}

const TABLE = [
  'import { createStore } from "@store/core";',
  'import { memoryAdapter } from "@store/memory";',
  "const store = createStore({ adapter: memoryAdapter });",
  'const table = store.ensureTable<[key: string, n: number]>("d", "t");',
];

test("a right sample has no problems", async () => {
  const problems = await problemsIn(
    "Text.",
    "```ts",
    ...TABLE,
    'table.insertNew(["a", 1]); // true',
    'table.insertNew(["a", 2]); // false; the key is there',
    'const records = table.lookup("a"); // [["a", 1]]',
    "records.length satisfies number;",
    'table.next("b"); // StoreError STORE_KEY_NOT_FOUND: "b" isn\'t in this set; prose',
    'await Promise.resolve(table.take("a")); // [["a", 1]]',
    "[-0, 1n, NaN, new Map([[1, undefined]])]; // [-0, 1n, NaN, new Map([[1, undefined]])]",
    "```",
  );
  expect(problems).toEqual([]);
});

test("a value that isn't the comment's is named, with the line", async () => {
  const problems = await problemsIn("Text.", "```ts", "[1, 2].at(-1); // 1", "```");
  expect(problems).toEqual(["a.md:3: gives 2, and the document says 1"]);
});

test("a value that is equal but for its type is named", async () => {
  const problems = await problemsIn("```ts", "0; // -0", "1; // 1n", "[undefined]; // [,]", "```");
  expect(problems).toHaveLength(3);
});

test("a promise that isn't awaited is no value", async () => {
  const [problem, ...others] = await problemsIn("```ts", "Promise.resolve(1); // 1", "```");
  expect(problem).toContain("a.md:2: gives Promise");
  expect(others).toEqual([]);
});

test("a variable that isn't what its comment says is named", async () => {
  const problems = await problemsIn("```ts", "const one = Math.max(1, 2); // 1", "one;", "```");
  expect(problems).toEqual(["a.md:2: gives 2, and the document says 1"]);
});

test("an error that doesn't come, or with another code or message, is named", async () => {
  const problems = await problemsIn(
    "```ts",
    ...TABLE,
    'table.lookup("a"); // StoreError STORE_IO',
    'table.next("b"); // StoreError STORE_IO',
    'table.next("b"); // StoreError STORE_KEY_NOT_FOUND: another text',
    "await (async () => 1)(); // StoreError STORE_IO",
    "```",
  );
  expect(problems).toEqual([
    "a.md:6: gives [], and should throw STORE_IO",
    "a.md:7: throws STORE_KEY_NOT_FOUND, and the document says STORE_IO",
    expect.stringMatching(/^a\.md:8: throws STORE_KEY_NOT_FOUND with the message/),
    "a.md:9: gives 1, and should reject with STORE_IO",
  ]);
});

test("an error that no comment announces is named, with the line", async () => {
  const problems = await problemsIn("```ts", ...TABLE, "", 'table.next("b");', "```");
  expect(problems).toEqual([expect.stringMatching(/^a\.md:7: StoreError: next on table "t"/)]);
});

test("what the compiler refuses is named, with the line, and not run", async () => {
  const problems = await problemsIn("```ts", ...TABLE, 'table.insert(["a", "b"]);', "```");
  expect(problems).toEqual([expect.stringMatching(/^a\.md:6: TS2322: /)]);
});

test("a block must be self-contained", async () => {
  const problems = await problemsIn("```ts", ...TABLE, "```", "```ts", "table.size;", "```");
  expect(problems).toEqual([expect.stringMatching(/^a\.md:8: TS2304: /)]);
});

test("a comment that is no value is refused", async () => {
  const problems = await problemsIn("```ts", "Math.abs(1); // the number", "```");
  expect(problems).toEqual([expect.stringMatching(/^a\.md:2: "the number" is neither/)]);
});

test("a sample that never ends by itself is refused", async () => {
  const problems = await problemsIn("```ts", "setInterval(() => {}, 1_000);", "```");
  expect(problems).toEqual(["a.md:2: the sample doesn't end"]);
});

test("code that nothing would check is refused, other blocks are left alone", async () => {
  const problems = await problemsIn("```js", "1", "```", "```sh", "npm test", "```");
  expect(problems).toEqual(['a.md:2: nothing checks "js"; write ts']);
});

test("a fragment must occur in its file, its pieces in order", async () => {
  const fragment = "```ts fragment of packages/internal/doc-samples/src/block.ts";
  const pieces = ["export interface Block {", "  readonly line: number;"];
  expect(await problemsIn(fragment, pieces[0] ?? "", "// ...", pieces[1] ?? "", "```")).toEqual([]);
  expect(await problemsIn(fragment, pieces[1] ?? "", "// ...", pieces[0] ?? "", "```")).toEqual([
    expect.stringMatching(/^a\.md:2: .*comes earlier in/),
  ]);
  expect(await problemsIn(fragment, "export interface Brick {", "```")).toEqual([
    expect.stringMatching(/^a\.md:2: .*isn't in packages\/internal\/doc-samples\/src\/block\.ts/),
  ]);
  expect(await problemsIn("```ts fragment of no/file.ts", "x", "```")).toEqual([
    "a.md:2: there is no file no/file.ts",
  ]);
});

test("a block without an end is refused", () => {
  expect(() => blocksOf("a.md", "Text.\n```ts\n1;")).toThrow("a.md:2: the block has no end");
});
