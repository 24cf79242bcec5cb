import { expect, test } from "vitest";
import { chart } from "../src/report/chart.js";
import { comparisonText } from "../src/report/comparison.js";
import { reportText } from "../src/report/report.js";
import { standings } from "../src/report/target.js";
import { Outcomes } from "../src/run/outcome.js";
import { FULL, peersPlan } from "../src/run/plan.js";

const plan = peersPlan(FULL, true);

/** As if `value` had been measured of the case at this place, in each round. */
function outcomesOf(value: (index: number, round: number) => number) {
  const outcomes = new Outcomes();
  for (const { cases, rounds } of plan) {
    for (let round = 0; round < rounds; round++) {
      cases.forEach((each, index) => {
        outcomes.add(each, { value: value(index, round), gcShare: 0.5 });
      });
    }
  }
  return plan.map((comparison) => outcomes.of(comparison));
}

test("ratios are those of the same round, and of them the median", () => {
  // In each round the machine is slower, for both.
  const [outcome] = outcomesOf((index, round) => (index + 1) * 10 ** round);
  expect(outcome?.entries[1]?.ratio).toBe(0.5);
  expect(outcome?.entries[1]?.summary.median).toBe(20);
});

test("each target is measured by a whole run, and says whether it is met", () => {
  const small = standings(outcomesOf((index) => 1e-9 * 1_000 ** index));
  const large = standings(outcomesOf((index) => 1e9 / 1_000 ** index));
  expect(small.length).toBe(large.length);
  expect(small.length).toBeGreaterThan(30);
  // These compare an engine with itself: here all of it took the same time.
  const isCompared = ({ name }: { readonly name: string }) =>
    !/1,000,000 by 10,000|, by (memory|file) /.test(name);
  expect(small.filter((each) => isCompared(each) && !each.isMet)).toEqual([]);
  expect(
    large.filter((each) => isCompared(each) && each.name.includes(", by ") && each.isMet),
  ).toEqual([]);
});

const setup = {
  node: "v20",
  platform: "linux",
  processor: "a <processor> & more",
  cores: 2,
  memoryGiB: 4,
  date: "2000-01-01",
  commit: "abc",
  rounds: 5,
  peers: { lmdb: "1.2.3" },
  notes: [],
};

test("the tables and the chart have a row for each engine", () => {
  const outcomes = outcomesOf((index) => 100 * (index + 1));
  const text = reportText({ setup, outcomes, standings: standings(outcomes) });
  const svg = chart(outcomes, ["<title>"]);
  for (const { entries } of outcomes) {
    for (const { title } of entries) {
      expect(text).toContain(`| ${title} `);
      expect(svg).toContain(`>${title}</text>`);
    }
  }
  expect(svg).toContain("&lt;title>");
});

test("the comparison has a row for each of its benchmarks, and the shortest in bold", () => {
  const outcomes = outcomesOf((index) => 100 * (index + 1));
  const [head = "", , ...rows] = comparisonText({ setup, outcomes, standings: [] }).split("\n");
  expect(rows).toHaveLength(10);
  const columns = head.split("|").length;
  for (const row of rows) {
    expect(row.split("|")).toHaveLength(columns);
    // Ours is the first of each benchmark.
    expect(row).toMatch(/^\| [^|]+ \| +\*\*100\*\* \|/);
  }
  // Each of the others stands in some row.
  for (let column = 3; column < columns - 1; column++) {
    expect(rows.some((row) => row.split("|")[column]?.trim() !== "")).toBe(true);
  }
});
