import { closeSync, existsSync, fsyncSync, openSync, writeSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { DumpWriter, type Sink } from "@store/text-form";
import { itemsOf } from "../dump/records.js";
import { InterruptedError, isClosedPipe } from "../output/failure.js";
import { write } from "../output/io.js";
import type { FoundTable, OpenPlace } from "../places/open-place.js";
import { parseTables } from "../places/table-name.js";
import { acting, type CommandContext, counted, type Define, examples } from "./command-context.js";

interface DumpOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/** `dump`: tables as a text that `load` reads. */
export const defineDump: Define = (program, io) => {
  program
    .command("dump")
    .summary("write tables as a text that `load` reads")
    .description(
      "Write tables, all or some, as lines of JSON that `load` reads: types, records and moments of expiry, with a checksum at the end. A data directory is dumped as of one moment, also beside its owner.",
    )
    .argument("<place>")
    .argument("[domain[/table]]", "only this domain, or this table")
    .option(
      "--out <file>",
      "write to a file, which is there when it is whole (default: standard output)",
    )
    .option("--force", "replace the file, if it is there")
    .addHelpText(
      "after",
      examples(
        "store dump ./data --out monday.ndjson",
        "store dump ./data journal | gzip > journal.ndjson.gz",
        "store dump ./data | store load postgres://localhost/app",
      ),
    )
    .action(
      acting(
        io,
        async (context, place: string, wanted: string | undefined, options: DumpOptions) => {
          const { domain, name } = wanted === undefined ? NOTHING : parseTables(wanted);
          await context.at(place, "read", async (opened) => {
            const tables = await opened.tables(domain, name);
            const { out } = options;
            if (out === undefined) return toStandardOutput(context, opened, tables);
            const records = await toFile(context, opened, tables, { ...options, out });
            const result = { file: out, tables: tables.length, records };
            const what = `${counted(records, "record")} of ${counted(tables.length, "table")}`;
            return context.output.result(result, `${what} in ${out}\n`);
          });
        },
      ),
    );
};

const NOTHING = { domain: undefined, name: undefined };

async function toStandardOutput(
  context: CommandContext,
  opened: OpenPlace,
  tables: readonly FoundTable[],
): Promise<void> {
  const { stdout } = context.io;
  try {
    await dumped(context, opened, tables, (bytes) => write(stdout, bytes));
  } catch (error) {
    // Whoever reads it must not take a part for the whole.
    if (isClosedPipe(error)) throw new Error("who reads the dump has gone: it is cut");
    throw error;
  }
}

/** The file gets its name when all of it is on disk. */
async function toFile(
  context: CommandContext,
  opened: OpenPlace,
  tables: readonly FoundTable[],
  { out, force }: DumpOptions & { readonly out: string },
): Promise<number> {
  if (!force && existsSync(out)) {
    throw Object.assign(new Error(`there is a file ${out} already`), {
      hint: "--force replaces it.",
    });
  }
  const interruption = context.io.interruption();
  const part = `${out}.${process.pid}.part`;
  const file = await open(part, "wx", 0o600);
  try {
    let count = 0;
    try {
      // Into the system's memory: faster than to wait for another thread that does it.
      const sink: Sink = async (bytes) => {
        for (let at = 0; at < bytes.length; ) at += writeSync(file.fd, bytes, at);
      };
      count = await dumped(context, opened, tables, sink, interruption);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, out);
    syncDirectory(dirname(out));
    return count;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Where the system can. */
function syncDirectory(path: string): void {
  try {
    const directory = openSync(path, "r");
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch {}
}

async function dumped(
  { output }: CommandContext,
  opened: OpenPlace,
  tables: readonly FoundTable[],
  sink: Sink,
  interruption?: AbortSignal,
): Promise<number> {
  const backend = await opened.backend();
  const progress = output.progress("dumping", "records");
  let total = 0;
  let turnedAt = performance.now();
  const writer = new DumpWriter(sink, async (records) => {
    if (performance.now() - turnedAt > 50) {
      await output.turn();
      turnedAt = performance.now();
      progress.to(records, total);
    }
    if (interruption?.aborted) throw new InterruptedError("interrupted: no dump was made");
  });
  try {
    for (const found of tables) {
      const table = await backend.openTable(found.domain, found.name, found.type);
      try {
        total += await table.size();
        await writer.table(found, await itemsOf(table));
      } finally {
        await table.close();
      }
    }
    await writer.end();
  } finally {
    progress.end();
  }
  return writer.records;
}
