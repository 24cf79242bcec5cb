import type { Entry, Outcome } from "../run/outcome.js";
import { figure } from "./report.js";

const WIDTH = 860;
const MARGIN = 24;
const LABEL_WIDTH = 250;
const BAR_HEIGHT = 15;
const ROW_HEIGHT = 21;
const TITLE_HEIGHT = 34;
/** To the right of the longest bar: its figure. */
const FIGURE_WIDTH = 110;

const OURS = "#1f6feb";
const BASELINE = "#8c959f";
const OTHERS = "#d4a72c";

/** The comparisons as bars, each on a logarithmic scale of its own. */
export function chart(outcomes: readonly Outcome[], caption: readonly string[]): string {
  const parts: string[] = [];
  let y = MARGIN;
  parts.push(text(MARGIN, y + 12, caption[0] ?? "", 'font-weight="bold" font-size="16"'));
  y += 24;
  for (const line of caption.slice(1)) {
    parts.push(text(MARGIN, y + 10, line, 'fill="#57606a"'));
    y += 16;
  }
  for (const outcome of outcomes) {
    parts.push(text(MARGIN, y + 24, `${outcome.benchmark}, ${outcome.unit}`, 'font-weight="bold"'));
    y += TITLE_HEIGHT;
    const scale = scaleOf(outcome.entries);
    for (const entry of outcome.entries) {
      parts.push(...bar(entry, y, scale(entry.summary.median)));
      y += ROW_HEIGHT;
    }
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + MARGIN}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${caption[0] ?? ""}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}

function bar({ title, summary }: Entry, y: number, width: number): string[] {
  const x = MARGIN + LABEL_WIDTH;
  const baseline = y + BAR_HEIGHT - 3;
  return [
    text(x - 8, baseline, title, 'text-anchor="end"'),
    `<rect x="${x}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" fill="${colour(title)}"/>`,
    text(x + width + 6, baseline, figure(summary.median), 'fill="#57606a"'),
  ];
}

function colour(title: string): string {
  if (title.startsWith("@store/")) return OURS;
  return title.startsWith("baseline") || title === "Map" ? BASELINE : OTHERS;
}

/** A tenth of the smallest value has no width. */
function scaleOf(entries: readonly Entry[]): (value: number) => number {
  const values = entries.map(({ summary }) => summary.median);
  const from = Math.log10(Math.min(...values)) - 1;
  const to = Math.log10(Math.max(...values));
  const room = WIDTH - 2 * MARGIN - LABEL_WIDTH - FIGURE_WIDTH;
  return (value) => (room * (Math.log10(value) - from)) / (to - from);
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped}</text>`;
}
