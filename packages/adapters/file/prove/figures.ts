import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CampaignReport } from "./campaign.js";
import { packageDirectory } from "./package-directory.js";

/** What came of a campaign, and how long it took. */
export interface Result {
  readonly report: CampaignReport;
  readonly seconds: number;
}

const DOCUMENT = "../../docs/durability.md";
const BEGIN = "<!-- what `npm run prove -- --write` printed -->";
const END = "<!-- end of it -->";

const HEAD = ["campaign", "what should hold", "tried", "didn't hold", "took"];

/** What comes before the rows of a table, in Markdown, of what was tried and what held. */
export const TABLE_HEAD = [HEAD, HEAD.map(() => "---")].map(line).join("\n");

/** A row of the table. */
export function rowOf({ report, seconds }: Result): string {
  const { campaign, tried, counts, failures } = report;
  const others = Object.entries(counts).map(([name, count]) => `${format(count)} ${name}`);
  return line([
    campaign.name,
    campaign.claim,
    [`${format(tried)} ${campaign.unit}`, ...others].join(", "),
    format(failures.length),
    `${Math.round(seconds)} s`,
  ]);
}

/** What comes after the table. */
export function tableFoot(seed: number): string {
  return `\nSeed ${seed}, Node ${process.version}, ${process.platform}.`;
}

/** Puts the table into the document, in place of the one before. */
export function writeFigures(results: readonly Result[], seed: number): void {
  const path = join(packageDirectory(), DOCUMENT);
  const text = readFileSync(path, "utf8");
  const [before, rest = ""] = text.split(BEGIN);
  const after = rest.split(END)[1] ?? "";
  const table = [TABLE_HEAD, ...results.map(rowOf), tableFoot(seed)].join("\n");
  writeFileSync(path, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}

function format(count: number): string {
  return count.toLocaleString("en");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
