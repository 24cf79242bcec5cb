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

/** A table, in Markdown, of what was tried and what held. */
export function tableOf(results: readonly Result[], seed: number): string {
  const rows = results.map(({ report, seconds }) => {
    const { campaign, tried, counts, failures } = report;
    const others = Object.entries(counts).map(([name, count]) => `${format(count)} ${name}`);
    return [
      campaign.name,
      campaign.claim,
      [`${format(tried)} ${campaign.unit}`, ...others].join(", "),
      format(failures.length),
      `${Math.round(seconds)} s`,
    ];
  });
  const head = ["campaign", "what should hold", "tried", "didn't hold", "took"];
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return [...lines, "", `Seed ${seed}, Node ${process.version}, ${process.platform}.`].join("\n");
}

/** Puts the table into the document, in place of the one before. */
export function writeFigures(results: readonly Result[], seed: number): void {
  const path = join(packageDirectory(), DOCUMENT);
  const text = readFileSync(path, "utf8");
  const [before, rest = ""] = text.split(BEGIN);
  const after = rest.split(END)[1] ?? "";
  writeFileSync(path, `${before}${BEGIN}\n\n${tableOf(results, seed)}\n\n${END}${after}`);
}

function format(count: number): string {
  return count.toLocaleString("en");
}
