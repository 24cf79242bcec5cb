import type { Entry, Outcome } from "../run/outcome.js";
import type { RunSetup } from "../run/run-setup.js";
import type { Standing } from "./target.js";

/** What came of a run: the content of the JSON file. */
export interface Report {
  readonly setup: RunSetup;
  readonly outcomes: readonly Outcome[];
  readonly standings: readonly Standing[];
}

/** The whole report as Markdown tables, which a terminal shows as well. */
export function reportText(report: Report): string {
  return [setupText(report.setup), ...report.outcomes.map(outcomeText), standingsText(report)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function setupText({ node, platform, processor, cores, rounds, date, peers, notes }: RunSetup) {
  const versions = Object.entries(peers).map(([name, version]) => `${name} ${version}`);
  const medians = rounds === 1 ? "one round" : `medians of ${rounds} rounds`;
  return [
    `Node ${node} on ${platform}, ${cores} x ${processor}; ${date}; ${medians}.`,
    ...(versions.length === 0 ? [] : [`Beside ${versions.join(", ")}.`]),
    ...notes,
  ].join("\n");
}

function outcomeText({ benchmark, unit, count, entries }: Outcome): string {
  const what = `${benchmark}, ${count.toLocaleString("en")} records`;
  const head = [what, unitText(unit), "lowest to highest", "GC", "first by it", "acknowledged"];
  return markdownTable(head, entries.map(entryCells));
}

/** What a unit counts. */
function unitText(unit: string): string {
  if (unit === "ns") return "ns per call or record";
  return unit === "bytes" ? "bytes per record" : unit;
}

function entryCells(entry: Entry, index: number): string[] {
  const { title, acknowledged, summary, gcShare, ratio } = entry;
  return [
    title,
    figure(summary.median),
    `${figure(summary.low)} to ${figure(summary.high)}`,
    gcShare === undefined ? "" : `${Math.round(100 * gcShare)} %`,
    index === 0 ? "" : ratioText(ratio),
    acknowledged,
  ];
}

function standingsText({ standings }: Report): string {
  if (standings.length === 0) return "";
  const rows = standings.map(({ name, atMost, unit, measured, isMet }) => [
    name,
    valueText(atMost, unit),
    valueText(measured, unit),
    isMet ? "met" : "not met",
  ]);
  return markdownTable(["target", "at most", "measured", ""], rows);
}

function valueText(value: number, unit: string): string {
  return unit === "x" ? ratioText(value) : `${figure(value)} ${unit}`;
}

function ratioText(ratio: number): string {
  return `${ratio.toFixed(2)}x`;
}

/** Three digits that count. */
export function figure(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 3 });
}

/** Columns of one width, the first and the last to the left. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === cells.length - 1
        ? cell.padEnd(width)
        : cell.padStart(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.map(line)].join("\n");
}
