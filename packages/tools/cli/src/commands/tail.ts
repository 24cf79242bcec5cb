import { setTimeout as sleep } from "node:timers/promises";
import type { Key, Range } from "@store/core";
import { UsageError } from "../output/failure.js";
import { parseTable } from "../places/table-name.js";
import { type RangeOptions, rangeOf, wholeNumber } from "./arguments.js";
import { acting, type Define, examples } from "./command-context.js";

interface TailOptions extends Pick<RangeOptions, "prefix"> {
  readonly lines: number;
  readonly interval: number;
  readonly follow: boolean;
}

/** `tail`: what comes to the end of an ordered table, such as a journal. */
export const defineTail: Define = (program, io) => {
  program
    .command("tail")
    .summary("follow a journal as it grows")
    .description(
      "Print the last records of an ordered table, then those that come behind them, until Ctrl-C. Beside the owner of a data directory what it writes is seen a second later at most.",
    )
    .argument("<place>")
    .argument("<domain/table>", "an ordered_set")
    .option("-n, --lines <count>", "so many of those that are there", wholeNumber(), 10)
    .option("--prefix <prefix>", "only keys that begin so: '[\"r1\"]'")
    .option("--interval <milliseconds>", "how often to look", wholeNumber(10), 500)
    .option("--no-follow", "stop at the end")
    .addHelpText(
      "after",
      examples(
        "store tail ./data journal/events",
        `store tail ./data journal/steps --prefix '["r1"]' -n 100`,
      ),
    )
    .action(
      acting(io, async ({ output, at, io }, place: string, name: string, options: TailOptions) => {
        const wanted = parseTable(name);
        const range = rangeOf({ ...(options.prefix && { prefix: options.prefix }) }) ?? {};
        const signal = io.interruption();
        await at(place, "follow", async (opened) => {
          const table = await opened.openTable(wanted);
          if (table.type !== "ordered_set") {
            throw new UsageError(
              `only an ordered_set has an end to follow; ${name} is a ${table.type}`,
            );
          }
          let last: Key | undefined;
          for (const record of await lastRecords(options.lines)) {
            await output.value(record);
            [last] = record;
          }
          last ??= await lastKey();
          while (options.follow && !signal.aborted) {
            await output.flush();
            await sleep(options.interval, undefined, { signal }).catch(() => {});
            if (signal.aborted) break;
            const newer: Range<Key> = last === undefined ? range : { ...range, gt: last };
            for await (const record of table.records(newer)) {
              await output.value(record);
              [last] = record;
            }
          }

          async function lastRecords(limit: number) {
            const records = [];
            for await (const record of table.records({ ...range, reverse: true, limit })) {
              records.push(record);
            }
            return records.reverse();
          }

          async function lastKey(): Promise<Key | undefined> {
            for await (const key of table.keys({ ...range, reverse: true, limit: 1 })) return key;
            return undefined;
          }
        });
      }),
    );
};
