import { existsSync } from "node:fs";
import type { StoreRecord, TableType } from "@store/core";
import type { Items } from "@store/text-form";
import { Option } from "commander";
import { itemsOf } from "../dump/records.js";
import { loadingInto } from "../dump/table-loading.js";
import { InterruptedError, NotThereError } from "../output/failure.js";
import { loadPackage } from "../places/load-package.js";
import { formatTable, parseTable } from "../places/table-name.js";
import { acting, counted, type Define, examples } from "./command-context.js";

/** What is used of `@store/erlang`. */
interface ErlangPackage {
  openErlangFile(
    path: string,
    options?: { readonly onCollision?: "refuse" | "keep" },
  ): Promise<ErlangFile> | ErlangFile;
  writeErlangFile(
    path: string,
    table: {
      readonly name: string;
      readonly type: TableType;
      readonly records: AsyncIterable<StoreRecord>;
    },
    options?: { readonly extendedInfo?: readonly string[] },
  ): Promise<unknown>;
}

interface ErlangFile {
  readonly kind: string;
  readonly name: string;
  readonly type: TableType;
  readonly report: unknown;
  records(): AsyncIterable<StoreRecord> | Iterable<StoreRecord>;
}

/** `import-erlang` and `export-erlang`: files of Erlang's own. */
export const defineErlang: Define = (program, io) => {
  program
    .command("import-erlang")
    .summary("load a table from a file of dets or ets:tab2file")
    .description(
      "Load a table from a file that Erlang's dets or ets:tab2file has written, into a table that isn't there yet, or is empty; all or nothing. Needs @store/erlang.",
    )
    .argument("<place>", "a data directory is made if it is missing")
    .argument("<domain/table>")
    .argument("<file>")
    .addOption(
      new Option("--on-collision <what>", "what to do where two terms become one key here")
        .choices(["refuse", "keep"])
        .default("refuse"),
    )
    .addHelpText("after", examples("store import-erlang ./data runs/runs runs.dets"))
    .action(
      acting(
        io,
        async (
          { output, at, io },
          place: string,
          name: string,
          path: string,
          { onCollision }: { readonly onCollision: "refuse" | "keep" },
        ) => {
          const wanted = parseTable(name);
          if (!existsSync(path)) throw new NotThereError(`there is no file ${path}`);
          const { openErlangFile } = await loadPackage<ErlangPackage>(
            "@store/erlang",
            "import-erlang",
          );
          const signal = io.interruption();
          const file = await openErlangFile(path, { onCollision });
          const progress = output.progress("importing", "records");
          let count = 0;
          await at(
            place,
            "write",
            (opened) =>
              loadingInto(opened, async (loading) => {
                await loading.begin([{ ...wanted, type: file.type }]);
                await loading.startTable(wanted.domain, wanted.name);
                for await (const record of file.records()) {
                  const inserted = loading.insert(record, undefined);
                  if (inserted !== undefined) await inserted;
                  if (++count % 1_000 !== 0) continue;
                  progress.to(count);
                  await output.turn();
                  if (signal.aborted)
                    throw new InterruptedError("interrupted: nothing was imported");
                }
                await loading.finish();
              }),
            true,
          ).finally(() => progress.end());
          const { kind, type, report } = file;
          await output.result(
            { kind, type, records: count, report },
            `${counted(count, "record")} of a ${type} imported from ${kind}\n`,
          );
        },
      ),
    );

  program
    .command("export-erlang")
    .summary("write a table as a file for ets:file2tab")
    .description("Write a table as a file that Erlang's ets:file2tab opens. Needs @store/erlang.")
    .argument("<place>")
    .argument("<domain/table>")
    .argument("<file>", "which isn't there yet")
    .option("--extended-info <kinds...>", "checks to write: object_count, md5sum")
    .addHelpText(
      "after",
      examples("store export-erlang ./data runs/runs runs.tab --extended-info md5sum"),
    )
    .action(
      acting(
        io,
        async (
          { output, at },
          place: string,
          name: string,
          path: string,
          { extendedInfo }: { readonly extendedInfo?: readonly string[] },
        ) => {
          const wanted = parseTable(name);
          if (existsSync(path)) throw new Error(`there is a file ${path} already`);
          const { writeErlangFile } = await loadPackage<ErlangPackage>(
            "@store/erlang",
            "export-erlang",
          );
          await at(place, "read", async (opened) => {
            const [found] = await opened.tables(wanted.domain, wanted.name);
            const backend = await opened.backend();
            const type = found?.type ?? "set";
            const items = await itemsOf(await backend.openTable(wanted.domain, wanted.name, type));
            let count = 0;
            const records = recordsOf(items, () => count++);
            const options = extendedInfo === undefined ? {} : { extendedInfo };
            await writeErlangFile(path, { name: wanted.name, type, records }, options);
            const what = `${counted(count, "record")} of ${formatTable(wanted)}`;
            await output.result({ file: path, records: count }, `${what} in ${path}\n`);
          });
        },
      ),
    );
};

async function* recordsOf(items: Items, onRecord: () => void): AsyncIterable<StoreRecord> {
  for await (const [record, expiresAt] of items) {
    if (expiresAt !== undefined) {
      throw new Error("a record of it expires, which a file of Erlang can't say");
    }
    onRecord();
    yield record;
  }
}
