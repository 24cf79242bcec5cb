import Table from "cli-table3";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly isNumber?: boolean;
}

const EDGES = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left"];
const LINES = [
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
];
const NO_LINES = Object.fromEntries([...EDGES, ...LINES].map((edge) => [edge, ""]));

/** A table in aligned columns, without lines around them, that ends with a line break. */
export function columns(
  heads: readonly Column[],
  rows: readonly (readonly (string | number | undefined)[])[],
  emphasized: (text: string) => string,
): string {
  const table = new Table({
    chars: { ...NO_LINES, middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    head: heads.map(({ title }) => emphasized(title)),
    colAligns: heads.map(({ isNumber }) => (isNumber ? "right" : "left")),
  });
  for (const row of rows) table.push(row.map(cell));
  const lines = table.toString().split("\n");
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function cell(content: string | number | undefined): string {
  if (content === undefined) return "–";
  return typeof content === "number" ? content.toLocaleString("en-US") : content;
}
