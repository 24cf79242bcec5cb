import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.js";
import { workspaceDirectory } from "./paths.js";
import { type Report, reportText } from "./report.js";

const BEGIN = "<!-- what `npm run bench` printed -->";
const END = "<!-- end of it -->";

/** The size that the chart shows. */
const CHARTED = 200_000;

/** Writes what a whole run came to into `docs`: JSON, a chart, and the tables of `performance.md`. */
export function writeDocuments(report: Report): void {
  const docs = join(workspaceDirectory, "docs");
  writeFileSync(join(docs, "benchmark.json"), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(docs, "benchmark.svg"), chartOf(report));
  const page = join(docs, "performance.md");
  const [before, rest = ""] = readFileSync(page, "utf8").split(BEGIN);
  const after = rest.split(END)[1] ?? "";
  const links =
    "![Time per call beside peers](benchmark.svg)\n\nThe same as [JSON](benchmark.json).";
  writeFileSync(page, `${before}${BEGIN}\n\n${links}\n\n${reportText(report)}\n\n${END}${after}`);
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
