import type { DumpedTable } from "@store/text-form";
import { DumpError, type DumpSummary, readDump } from "../dump/dump-reader.js";
import { type Input, openInput } from "../dump/input.js";
import { mergeInto } from "../dump/merging.js";
import { loadingInto } from "../dump/table-loading.js";
import { InterruptedError, NotThereError } from "../output/failure.js";
import type { Progress } from "../output/progress.js";
import type { OpenPlace } from "../places/open-place.js";
import { parseTables } from "../places/table-name.js";
import { acting, counted, type Define, examples } from "./command-context.js";

interface LoadOptions {
  readonly in?: string;
  readonly partial?: boolean;
  readonly merge?: boolean;
}

/** `load`: what `dump` has written, all or nothing. */
export const defineLoad: Define = (program, io) => {
  program
    .command("load")
    .summary("load what `dump` has written")
    .description(
      "Load a dump into tables that aren't there yet, or are empty. The whole of it is checked before the first write; a cut or changed dump, a failure, or Ctrl-C leaves nothing behind.",
    )
    .argument("<place>", "a data directory is made if it is missing")
    .argument("[domain[/table]]", "only this domain of the dump, or this table")
    .option(
      "--in <file>",
      "read from a file (default: standard input, which is kept in a temporary file)",
    )
    .option("--partial", "load a dump that is cut, up to the cut")
    .option(
      "--merge",
      "add to tables that hold records, in one step: all of the dump is held in memory",
    )
    .addHelpText(
      "after",
      examples(
        "store load ./new --in monday.ndjson",
        "gunzip -c journal.ndjson.gz | store load ./new",
      ),
    )
    .action(
      acting(
        io,
        async (
          { output, at, io },
          place: string,
          wanted: string | undefined,
          options: LoadOptions,
        ) => {
          const interruption = io.interruption();
          const progress = output.progress("loading", "records");
          const input = await openInput(options.in, io.stdin);
          try {
            const filter = filterOf(wanted);
            const { summary, tables } = await checked(input, filter, options, interruption);
            const part: Part = { input, summary, filter, interruption, progress };
            const records = await at(
              place,
              "write",
              (opened) => (options.merge ? merged(opened, part) : loaded(opened, tables, part)),
              true,
            );
            const what = `${counted(records, "record")} of ${counted(tables.length, "table")} loaded`;
            const isCut = summary.isCut ? ", up to the cut" : "";
            await output.result(
              { tables: tables.length, records, cut: summary.isCut },
              `${what}${isCut}\n`,
            );
          } finally {
            progress.end();
            await input.close();
          }
        },
      ),
    );
};

type Filter = (table: DumpedTable) => boolean;

interface Part {
  readonly input: Input;
  readonly summary: DumpSummary;
  readonly filter: Filter;
  readonly interruption: AbortSignal;
  readonly progress: Progress;
}

function filterOf(wanted: string | undefined): Filter {
  if (wanted === undefined) return () => true;
  const { domain, name } = parseTables(wanted);
  return (table) => table.domain === domain && (name === undefined || table.name === name);
}

/** The first reading: everything that could be wrong with the dump. */
async function checked(
  input: Input,
  filter: Filter,
  { partial }: LoadOptions,
  interruption: AbortSignal,
): Promise<{ summary: DumpSummary; tables: DumpedTable[] }> {
  const tables: DumpedTable[] = [];
  const visitor = {
    table: (table: DumpedTable) => {
      if (filter(table)) tables.push(table);
    },
  };
  const summary = await naming(input, () =>
    readDump(stoppable(input.first(), interruption), visitor),
  );
  if (summary.isCut && !partial) {
    throw Object.assign(
      new DumpError(`${input.label} is cut: it has no closing line. Nothing was loaded`),
      { hint: `--partial loads what is there: ${counted(summary.records, "record")}.` },
    );
  }
  if (tables.length === 0) throw new NotThereError(`${input.label} has no such table`);
  return { summary, tables };
}

async function loaded(
  opened: OpenPlace,
  tables: readonly DumpedTable[],
  part: Part,
): Promise<number> {
  let count = 0;
  await loadingInto(opened, async (loading) => {
    await loading.begin(tables);
    let isWanted = false;
    await again(part, {
      table(table) {
        isWanted = part.filter(table);
        return isWanted ? loading.startTable(table.domain, table.name) : undefined;
      },
      record(record, expiresAt) {
        if (!isWanted) return undefined;
        if (++count % 1_000 === 0) part.progress.to(count, part.summary.records);
        return loading.insert(record, expiresAt);
      },
    });
    await loading.finish();
    if (part.interruption.aborted) throw interrupted();
  });
  return count;
}

async function merged(opened: OpenPlace, part: Part): Promise<number> {
  const merge = mergeInto(opened);
  try {
    await again(part, {
      table: (table) => merge.startTable(part.filter(table) ? table : undefined),
      record: (record, expiresAt) => merge.insert(record, expiresAt),
    });
    if (part.interruption.aborted) throw interrupted();
    return await merge.commit();
  } catch (error) {
    await merge.undo();
    throw error;
  }
}

/** The second reading, of exactly the bytes of the first. */
async function again(
  { input, summary, interruption }: Part,
  visitor: Parameters<typeof readDump>[1],
): Promise<void> {
  const read = async function* () {
    let left = summary.isCut ? summary.bytes : Number.POSITIVE_INFINITY;
    for await (const chunk of stoppable(input.again(), interruption)) {
      const bytes = chunk.subarray(0, Math.min(left, chunk.length));
      left -= bytes.length;
      if (bytes.length > 0) yield bytes;
      if (left === 0) return;
    }
  };
  const second = await naming(input, () => readDump(read(), visitor));
  if (second.crc32 !== summary.crc32) {
    throw new DumpError(`${input.label} was changed while it was read`);
  }
}

async function* stoppable(
  chunks: AsyncIterable<Buffer>,
  interruption: AbortSignal,
): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    if (interruption.aborted) throw interrupted();
    yield chunk;
  }
}

function interrupted(): InterruptedError {
  return new InterruptedError("interrupted: nothing was loaded");
}

async function naming<T>({ label }: Input, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DumpError)) throw error;
    throw new DumpError(`${label}: ${error.message}. Nothing was loaded`, { cause: error });
  }
}
