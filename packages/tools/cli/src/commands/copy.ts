import { createStore, type MigratedTable, type Store } from "@store/core";
import { InterruptedError, UsageError } from "../output/failure.js";
import { onlyTables } from "../places/only-tables.js";
import { type FoundTable, OpenPlace, withPlace } from "../places/open-place.js";
import type { Place } from "../places/place.js";
import { formatTable, parseTables } from "../places/table-name.js";
import { acting, type CommandContext, counted, type Define, examples } from "./command-context.js";

/** `copy`: tables from one place to another, verified. */
export const defineCopy: Define = (program, io) => {
  program
    .command("copy")
    .summary("copy tables to another place, and compare")
    .description(
      "Copy all tables of a place, or some, to another place of any kind; then read both again and compare each record. Tables that hold records there are left alone: the copy is refused. What fails, or is interrupted, leaves nothing behind.",
    )
    .argument("<place>")
    .argument("<domain[/table]|target>", "only this domain, or this table; or the target at once")
    .argument("[target]", "the place to copy to")
    .option(
      "--target-option <name=value>",
      "an option for the target's adapter, as --option is for the place's (repeatable)",
      (option: string, all: readonly string[] = []) => [...all, option],
    )
    .usage("[options] <place> [domain[/table]] <target>")
    .addHelpText(
      "after",
      examples(
        "store copy ./data postgres://localhost/app",
        "store copy redis://localhost:6379 runs ./data",
        "store copy ./data journal/events sqlite:./events.db",
      ),
    )
    .action(
      acting(
        io,
        async (
          context,
          place: string,
          second: string,
          third: string | undefined,
          { targetOption = [] }: { readonly targetOption?: readonly string[] },
        ) => {
          const [wanted, target] = third === undefined ? [undefined, second] : [second, third];
          const places = [context.place(place), context.place(target, targetOption)] as const;
          const copied = await copy(context, ...places, wanted);
          const records = copied.reduce((sum, each) => sum + each.records, 0);
          await context.output.result(
            { tables: copied, records },
            `${counted(records, "record")} of ${counted(copied.length, "table")} copied, and compared\n`,
          );
        },
      ),
    );
};

interface Copied {
  readonly domain: string;
  readonly table: string;
  readonly records: number;
}

async function copy(
  context: CommandContext,
  source: Place,
  target: Place,
  wanted: string | undefined,
): Promise<Copied[]> {
  if ((source.path ?? source.label) === (target.path ?? target.label)) {
    throw new UsageError("a place can't be copied to itself");
  }
  return withPlace(source, "read", async (opened) => {
    const { domain, name } = wanted === undefined ? NOTHING : parseTables(wanted);
    const tables = await opened.tables(domain, name);
    const other = await OpenPlace.open(target, "write", true);
    try {
      return await new Copying(context, opened, other, tables).run();
    } finally {
      await other.close();
    }
  });
}

const NOTHING = { domain: undefined, name: undefined };

/** Core copies a domain, and undoes that if it fails; what is left to do here is several of them. */
class Copying {
  readonly #context: CommandContext;
  readonly #target: OpenPlace;
  readonly #domains: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;
  readonly #store: Store<"async">;
  readonly #done: Copied[] = [];
  /** The tables that are there because of us. */
  readonly #made = new Set<string>();

  constructor(
    context: CommandContext,
    source: OpenPlace,
    target: OpenPlace,
    tables: readonly FoundTable[],
  ) {
    this.#context = context;
    this.#target = target;
    this.#domains = new Set(tables.map(({ domain }) => domain));
    this.#names = new Set(tables.map(formatTable));
    const adapter = onlyTables(source.adapter, this.#isCopied);
    // In async mode the event loop turns meanwhile, so that a signal is noticed.
    this.#store = createStore({ adapter, options: source.options, mode: "async" } as never);
  }

  async run(): Promise<Copied[]> {
    const interruption = this.#context.io.interruption();
    try {
      for (const domain of this.#domains) await this.#domain(domain, interruption);
      if (interruption.aborted) throw interrupted();
      await this.#store.close();
    } catch (error) {
      await this.#store.close().catch(() => {});
      await this.#undo();
      throw interruption.aborted ? interrupted() : error;
    }
    return this.#done;
  }

  readonly #isCopied = (domain: string, name: string): boolean =>
    this.#names.has(formatTable({ domain, name }));

  async #domain(domain: string, interruption: AbortSignal): Promise<void> {
    const { options } = this.#target;
    const adapter = onlyTables(this.#target.adapter, this.#isCopied);
    const before = (await this.#target.store.tables(domain)).map(({ name }) => name);
    const progress = this.#context.output.progress(`copying ${domain}`, "records");
    const onProgress = ({ copied, total }: { copied: number; total: number }) => {
      progress.to(copied, total);
      if (interruption.aborted) throw interrupted();
    };
    let tables: MigratedTable[];
    try {
      const config = { adapter, options } as never;
      tables = await this.#store.copyDomain(domain, config, { onProgress });
    } finally {
      progress.end();
    }
    for (const { table, records } of tables) {
      this.#done.push({ domain, table, records });
      if (!before.includes(table)) this.#made.add(formatTable({ domain, name: table }));
    }
  }

  async #undo(): Promise<void> {
    const { store } = this.#target;
    for (const { domain, table } of this.#done) {
      if (this.#made.has(formatTable({ domain, name: table })))
        await store.dropTable(domain, table);
      else await (await store.ensureTable(domain, table)).deleteAllObjects();
    }
  }
}

function interrupted(): InterruptedError {
  return new InterruptedError("interrupted: nothing was copied");
}
