import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { workspaceDirectory } from "../paths.js";
import { chart } from "./chart.js";
import { comparisonText } from "./comparison.js";
import { type Report, reportText } from "./report.js";

const BEGIN = "<!-- what `npm run bench` printed -->";
const END = "<!-- end of it -->";

/** The size that the chart shows. */
const CHARTED = 200_000;

/**
 * Writes what a whole run came to: JSON, a chart and the tables of `performance.md` into `docs`, and those that count most
 * into the README.
 */
export function writeDocuments(report: Report): void {
  const docs = join(workspaceDirectory, "docs");
  writeFileSync(join(docs, "benchmark.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(docs, "benchmark.svg"), chartOf(report));
  const links =
    "![Time per call beside peers](benchmark.svg)\n\nThe same as [JSON](benchmark.json).";
  fillIn(join(docs, "performance.md"), `${links}\n\n${reportText(report)}`);
  fillIn(join(workspaceDirectory, "README.md"), comparisonText(report));
}

/** Replaces what is between the two marks of a page. */
function fillIn(page: string, content: string): void {
  const [before, rest = ""] = readFileSync(page, "utf8").split(BEGIN);
  const after = rest.split(END)[1] ?? "";
  writeFileSync(page, `${before}${BEGIN}\n\n${content}\n\n${END}${after}`);
}

function chartOf({ setup, outcomes }: Report): string {
  const { node, platform, processor, cores, rounds, date } = setup;
  const charted = outcomes.filter(({ unit, count }) => unit === "ns" && count <= CHARTED);
  const largest = charted.filter(
    ({ benchmark, count }) =>
      !charted.some((other) => other.benchmark === benchmark && other.count > count),
  );
  return chart(largest, [
    "Time per call or record: shorter is better, each scale logarithmic",
    `200,000 records of 100 bytes; medians of ${rounds} rounds, each in a process of its own; ${date}`,
    `Node ${node}, ${platform}, ${cores} x ${processor}`,
  ]);
}
