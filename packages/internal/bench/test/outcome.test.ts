import { expect, test } from "vitest";
import { chart } from "../src/chart.js";
import { Outcomes } from "../src/outcome.js";
import { FULL, peersPlan } from "../src/plan.js";
import { reportText } from "../src/report.js";
import { standings } from "../src/target.js";

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

test("the tables and the chart have a row for each engine", () => {
  const outcomes = outcomesOf((index) => 100 * (index + 1));
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
