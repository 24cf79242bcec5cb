import type { FoundTable, OpenPlace } from "../places/open-place.js";
import { formatTable, parseTable, parseTables } from "../places/table-name.js";
import { acting, counted, type Define, examples } from "./command-context.js";

/** `ls` and `info`: what is there. */
export const defineList: Define = (program, io) => {
  program
    .command("ls")
    .summary("list the tables of a place")
    .description(
      "List the tables of a place, or of one of its domains, with their types and sizes.",
    )
    .argument("<place>")
    .argument("[domain]", "only its tables")
    .addHelpText(
      "after",
      examples("store ls ./data", "store ls redis://localhost:6379 runs --json"),
    )
    .action(
      acting(io, async ({ output, at }, place: string, wanted: string | undefined) =>
        at(place, "read", async (opened) => {
          const { domain, name } = wanted === undefined ? NOTHING : parseTables(wanted);
          const tables = await sized(opened, await opened.tables(domain, name));
          if (tables.length === 0) return output.note(`no tables in ${opened.place.label}`);
          await output.list(
            tables.map(({ domain, name, type, size }) => ({
              domain,
              table: name,
              type,
              records: size,
            })),
            [{ title: "TABLE" }, { title: "TYPE" }, { title: "RECORDS", isNumber: true }],
            tables.map((table) => [formatTable(table), table.type, table.size]),
          );
          return undefined;
        }),
      ),
    );

  program
    .command("info")
    .summary("tell what is known of a place or a table")
    .description(
      "Tell what is known of a place, or of one of its tables: sizes, and what its adapter says.",
    )
    .argument("<place>")
    .argument("[domain/table]")
    .addHelpText("after", examples("store info ./data", "store info ./data journal/events"))
    .action(
      acting(io, async ({ output, at }, place: string, wanted: string | undefined) =>
        at(place, "read", async (opened) => {
          const facts =
            wanted === undefined ? await aboutPlace(opened) : await aboutTable(opened, wanted);
          const rows = Object.entries(facts).flatMap(([name, value]) => rowsOf(name, value));
          const width = Math.max(...rows.map(([name]) => name.length));
          const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`);
          await output.result(facts, lines.join(""));
        }),
      ),
    );
};

const NOTHING = { domain: undefined, name: undefined };

async function sized(
  opened: OpenPlace,
  tables: readonly FoundTable[],
): Promise<(FoundTable & { readonly size: number })[]> {
  const backend = await opened.backend();
  const all: (FoundTable & { readonly size: number })[] = [];
  for (const found of tables) {
    const table = await backend.openTable(found.domain, found.name, found.type);
    try {
      all.push({ ...found, size: await table.size() });
    } finally {
      await table.close();
    }
  }
  return all;
}

async function aboutPlace(opened: OpenPlace): Promise<Record<string, unknown>> {
  const tables = await sized(opened, await opened.tables());
  const { place, adapter } = opened;
  const [first] = tables;
  const { diskBytes, details } =
    first === undefined || place.kind !== "directory"
      ? { diskBytes: undefined, details: undefined }
      : await (await opened.openTable(first)).info();
  return {
    place: place.label,
    kind: place.kind,
    adapter: adapter.name,
    domains: new Set(tables.map(({ domain }) => domain)).size,
    tables: tables.length,
    records: tables.reduce((sum, { size }) => sum + size, 0),
    diskBytes,
    ...details,
  };
}

async function aboutTable(opened: OpenPlace, wanted: string): Promise<Record<string, unknown>> {
  const table = await opened.openTable(parseTable(wanted));
  const { name, domain, type, adapter, size, diskBytes, memoryBytes, details } = await table.info();
  return {
    place: opened.place.label,
    domain,
    table: name,
    type,
    adapter,
    records: size,
    diskBytes,
    memoryBytes,
    ...details,
  };
}

function rowsOf(name: string, value: unknown): [name: string, value: string][] {
  if (value === undefined) return [];
  if (typeof value === "number") {
    return [[name, /bytes$/i.test(name) ? counted(value, "byte") : value.toLocaleString("en-US")]];
  }
  return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
}
