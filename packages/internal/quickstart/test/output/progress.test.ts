import { expect, test } from "vitest";
import { ProgressBar } from "../../src/output/progress.js";
import { output } from "../support/terminal.js";

function run(out: ReturnType<typeof output>, label = "cities"): string[] {
  const bar = new ProgressBar(out, 4);
  for (let i = 0; i < 4; i++) bar.advance(label);
  bar.clear();
  return out.text().split("\r");
}

test("in a pipe nothing is written", () => {
  const pipe = output();
  run(pipe);
  expect(pipe.text()).toBe("");
});

test("on a terminal the line grows in its place, and is gone in the end", () => {
  const lines = run(output({ isTTY: true, columns: 80 })).map((line) => line.trimEnd());

  expect(lines).toEqual([
    "",
    `   ${"█".repeat(10)}${"░".repeat(30)} 25 %  cities`,
    `   ${"█".repeat(20)}${"░".repeat(20)} 50 %  cities`,
    `   ${"█".repeat(30)}${"░".repeat(10)} 75 %  cities`,
    `   ${"█".repeat(40)}100 %  cities`,
    "",
    "",
  ]);
});

test("many of the total may be done at once", () => {
  const out = output({ isTTY: true, columns: 80 });
  new ProgressBar(out, 400).advance("cities", 100);
  expect(out.text()).toContain(" 25 %  cities");
});

test.each([10, 20, 40, 200])("a line is never as wide as a terminal of %i columns", (columns) => {
  const lines = run(output({ isTTY: true, columns }), "a label that is long enough");
  for (const line of lines) expect(line.length).toBeLessThan(columns);
});

test("a terminal that doesn't know its width is taken for one of 80 columns", () => {
  const lines = run(output({ isTTY: true, columns: 0 }));
  expect(Math.max(...lines.map((line) => line.length))).toBe(79);
});
