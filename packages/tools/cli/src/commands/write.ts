import type { Key, TableType } from "@store/core";
import { decodeText } from "@store/text-form";
import { Option } from "commander";
import { NotThereError, UsageError } from "../output/failure.js";
import type { OpenPlace } from "../places/open-place.js";
import { parseTable, type TableName } from "../places/table-name.js";
import { addBounds, momentOf, type RangeOptions, rangeOf, recordOf } from "./arguments.js";
import { acting, counted, type Define, examples } from "./command-context.js";

interface PutOptions {
  readonly type?: TableType;
  readonly new?: boolean;
  readonly expiresAt?: number;
}

interface DeleteOptions extends RangeOptions {
  readonly record?: string;
}

/** `put` and `delete`: each one step, that happens whole or not at all. */
export const defineWrite: Define = (program, io) => {
  program
    .command("put")
    .summary("insert records")
    .description(
      "Insert records into a table: all or none. In a set, the record of a key is replaced.",
    )
    .argument("<place>")
    .argument("<domain/table>")
    .argument("<record...>", 'in the text form: \'["r1",{"state":"done"}]\'')
    .addOption(
      new Option("--type <type>", "make the table, if it isn't there").choices([
        "set",
        "ordered_set",
        "bag",
        "duplicate_bag",
      ]),
    )
    .option("--new", "only if none of the keys is there")
    .option(
      "--expires-at <moment>",
      "from when on they aren't there: a date, or milliseconds",
      momentOf,
    )
    .addHelpText(
      "after",
      examples(
        `store put ./data runs/runs '["r1",{"state":"done","bytes":{"$bytes":"AQID"}}]'`,
        `store put ./new jobs/queue '[1,"first"]' '[2,"second"]' --type ordered_set`,
      ),
    )
    .action(
      acting(
        io,
        async (
          { output, at },
          place: string,
          name: string,
          texts: string[],
          options: PutOptions,
        ) => {
          const wanted = parseTable(name);
          const records = texts.map(recordOf);
          const act = async (opened: OpenPlace) => {
            const table = await tableFor(opened, wanted, options.type);
            const { expiresAt } = options;
            const moment = expiresAt === undefined ? {} : { expiresAt };
            if (!options.new) await table.insertMany(records, moment);
            else if (!(await table.insertNewMany(records, moment))) {
              throw new Error(
                `nothing was put: ${name} has a record of one of the keys, or one comes twice`,
              );
            }
            await output.result(
              { put: records.length },
              `${counted(records.length, "record")} put\n`,
            );
          };
          await at(place, "write", act, options.type !== undefined);
        },
      ),
    );

  const remove = program
    .command("delete")
    .summary("delete keys, a record, or a range")
    .description(
      "Delete the records of some keys, exactly one record, or a range of keys: all or none. Exit code 3 if there was nothing to delete.",
    )
    .argument("<place>")
    .argument("<domain/table>")
    .argument("[key...]", "in the text form");
  addBounds(remove)
    .option("--record <record>", "exactly this record, as in compare and delete")
    .addHelpText(
      "after",
      examples(
        `store delete ./data runs/runs '"r1"' '"r2"'`,
        `store delete ./data journal/steps --prefix '["r1"]'`,
      ),
    )
    .action(
      acting(
        io,
        async (
          { output, at },
          place: string,
          name: string,
          texts: string[],
          options: DeleteOptions,
        ) => {
          const wanted = parseTable(name);
          const keys = texts.map((text) => decodeText(text) as Key);
          const range = rangeOf(options);
          const record = options.record === undefined ? undefined : recordOf(options.record);
          const ways = [keys.length > 0, range !== undefined, record !== undefined];
          if (ways.filter(Boolean).length !== 1) {
            throw new UsageError(
              "what to delete is told by keys, by a range, or by --record: by one of these",
            );
          }
          await at(place, "write", async (opened) => {
            const table = await opened.openTable(wanted);
            const count =
              record !== undefined
                ? await table.deleteObject(record)
                : range !== undefined
                  ? await table.deleteRange(range)
                  : await table.deleteMany(keys);
            await output.result({ deleted: count }, `${counted(count, "record")} deleted\n`);
            if (count === 0) throw new NotThereError(`${name} had nothing of that`);
          });
        },
      ),
    );
};

async function tableFor(opened: OpenPlace, wanted: TableName, type: TableType | undefined) {
  if (type === undefined) {
    return opened.openTable(wanted).catch((error: unknown) => {
      if (!(error instanceof NotThereError)) throw error;
      const { hint } = error as { hint?: string };
      throw Object.assign(error, { hint: `${hint ?? ""} --type makes the table.`.trim() });
    });
  }
  return opened.store.ensureTable(wanted.domain, wanted.name, { type });
}
