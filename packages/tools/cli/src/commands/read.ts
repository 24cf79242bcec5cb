import type { Key, Pattern, StoreRecord } from "@store/core";
import { decodePattern, decodeText } from "@store/text-form";
import { NotThereError, UsageError } from "../output/failure.js";
import type { Output } from "../output/output.js";
import type { AnyTable } from "../places/open-place.js";
import { parseTable } from "../places/table-name.js";
import { addBounds, type RangeOptions, rangeOf, wholeNumber } from "./arguments.js";
import { acting, type Define, examples } from "./command-context.js";

interface ScanOptions extends RangeOptions {
  readonly match?: string;
  readonly count?: boolean;
  readonly keys?: boolean;
}

/** `get` and `scan`: records, one a line, in the text form. */
export const defineRead: Define = (program, io) => {
  program
    .command("get")
    .summary("print the records of a key")
    .description(
      "Print the records of a key, one a line, in the text form. Exit code 3 if there is none.",
    )
    .argument("<place>")
    .argument("<domain/table>")
    .argument("<key>", 'in the text form: \'"r1"\', 17, \'["run",1]\', \'{"$bigint":"1"}\'')
    .addHelpText(
      "after",
      examples(`store get ./data runs/runs '"r1"'`, "store get ./data journal/events 17"),
    )
    .action(
      acting(io, async ({ output, at }, place: string, name: string, text: string) => {
        const key = decodeText(text) as Key;
        const wanted = parseTable(name);
        await at(place, "read", async (opened) => {
          const table = await opened.openTable(wanted);
          const records = await table.lookup(key);
          if (records.length === 0) throw new NotThereError(`${name} has no record of key ${text}`);
          for (const record of records) await output.value(record);
          await output.flush();
          const moment = opened.adapter.capabilities.expiry
            ? await table.expiresAt(key)
            : undefined;
          if (moment !== undefined) await output.note(`expires ${new Date(moment).toISOString()}`);
        });
      }),
    );

  const scan = program
    .command("scan")
    .summary("print records, by range, prefix or pattern")
    .description(
      "Print the records of a table, one a line, in the text form: all, or those in a range of keys, or those that match a pattern.",
    )
    .argument("<place>")
    .argument("<domain/table>");
  addBounds(scan)
    .option(
      "--match <pattern>",
      "only records that match: a record with _ for anything, '[[\"run\",_],_]'",
    )
    .option("--reverse", "from the last to the first")
    .option("--limit <count>", "at most so many", wholeNumber())
    .option("--keys", "keys only")
    .option("--count", "print how many there are, and nothing else")
    .addHelpText(
      "after",
      examples(
        "store scan ./data journal/events --reverse --limit 10",
        `store scan ./data journal/steps --prefix '["r1"]' --gte '["r1",100]'`,
        `store scan ./data runs/runs --match '[_,{"state":"failed","at":_}]' --count`,
      ),
    )
    .action(
      acting(io, async ({ output, at }, place: string, name: string, options: ScanOptions) => {
        const wanted = parseTable(name);
        const request = requestOf(options);
        await at(place, "read", async (opened) => {
          const table = await opened.openTable(wanted);
          if (options.count) {
            const count = await request.count(table);
            await output.result({ count }, `${count}\n`);
          } else {
            await request.print(table, output);
          }
        });
      }),
    );
};

interface Request {
  count(table: AnyTable): Promise<number>;
  print(table: AnyTable, output: Output): Promise<void>;
}

function requestOf(options: ScanOptions): Request {
  const { match, limit, keys } = options;
  if (match !== undefined) {
    const { limit: _, ...bounds } = options;
    if (rangeOf(bounds) !== undefined) {
      throw new UsageError(
        "--match goes with --limit, --keys and --count; a bound part of a tuple key in the pattern is a range already",
      );
    }
    const pattern = decodePattern(match) as Pattern<StoreRecord>;
    const matching = (table: AnyTable) =>
      table.matchObject(pattern, limit === undefined ? {} : { limit });
    return {
      count: async (table) => (await matching(table)).length,
      async print(table, output) {
        for (const record of await matching(table)) await output.value(keys ? record[0] : record);
      },
    };
  }
  const range = rangeOf(options);
  return {
    count: (table) => table.count(range),
    async print(table, output) {
      const found = keys ? table.keys(range) : table.records(range);
      for await (const item of found as AsyncIterable<unknown>) await output.value(item);
    },
  };
}
