import { expect, test } from "vitest";
import { Report } from "../../src/output/report.js";
import { output } from "../support/terminal.js";

test("columns are aligned, those of numbers to the right", () => {
  const out = output();
  new Report(out).rows(
    [
      ["Reykjavík", 118_918, "4.2 ms"],
      ["Vík", 7, "11 ms"],
    ],
    { headings: ["city", "people", "took"] },
  );
  expect(out.text()).toBe(
    [
      "     city        people    took\n",
      "     Reykjavík  118,918  4.2 ms\n",
      "     Vík              7   11 ms\n",
    ].join(""),
  );
});

test("rows beyond the limit are counted", () => {
  const out = output();
  new Report(out).rows([["a"], ["b"], ["c"]], { limit: 1 });
  expect(out.text()).toBe("     a\n     and 2 more\n");
});

test("sections are numbered", () => {
  const out = output();
  const report = new Report(out);
  report.section("One");
  report.section("Two");
  expect(out.text()).toBe("\n1. One\n\n\n2. Two\n\n");
});

test.each([
  ["a pipe", output(), false],
  ["a pipe of a program that would like colours", output({ hasColors: () => true }), false],
  ["a terminal with NO_COLOR", output({ isTTY: true, hasColors: () => false }), false],
  ["a terminal", output({ isTTY: true, hasColors: () => true }), true],
])("colours in %s", (_where, out, expected) => {
  const report = new Report(out);
  report.title("Title");
  report.timed("call()", () => 1);
  report.rows([[1]], { headings: ["number"] });
  expect(out.text().includes("\u001b")).toBe(expected);
});
