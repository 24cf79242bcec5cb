import type { TableEntry, TableType } from "@store/core";
import { failureOf } from "../protocol/failure.js";
import type { FrameWriter } from "../protocol/frame-writer.js";
import { Kind } from "../protocol/kinds.js";
import { readType, writeType } from "../protocol/table-types.js";
import { type Handler, type Handlers, writeBoolean, writeNothing } from "./handler.js";
import type { ServedTable } from "./served-store.js";

/** The type that the table has, and whether it has snapshots. */
interface Opened {
  readonly type: TableType;
  readonly hasSnapshots: boolean;
}

const open: Handler<Opened> = {
  async run(context, input) {
    const number = input.uint32();
    const domain = input.text();
    const name = input.text();
    const type = readType(input);
    const mustExist = input.boolean();
    input.finish();
    const table = await context.store.open(domain, name, type, mustExist);
    context.setTable(number, table);
    const { methods } = table;
    return { type: methods.type, hasSnapshots: methods.snapshot !== undefined };
  },
  write(output, { type, hasSnapshots }) {
    writeType(output, type);
    output.boolean(hasSnapshots);
  },
};

/** The table stays open here: others may use it, the server's own program among them. What was written is made durable. */
const close: Handler<void> = {
  async run(context, input) {
    const number = input.uint32();
    input.finish();
    let table: ServedTable;
    try {
      table = context.table(number);
      await table.methods.settled();
      await table.methods.sync();
    } catch (error) {
      // It was closed, or dropped, here: then that is done.
      if (failureOf(error).code !== "STORE_TABLE_CLOSED") throw error;
    } finally {
      context.setTable(number, undefined);
    }
  },
  write: writeNothing,
};

const tables: Handler<readonly TableEntry[]> = {
  run(context, input) {
    const domain = input.text();
    input.finish();
    return context.store.tables(domain);
  },
  write(output: FrameWriter, entries) {
    output.uint32(entries.length);
    for (const { name, type } of entries) {
      output.key(name);
      writeType(output, type);
    }
  },
};

const domains: Handler<readonly string[]> = {
  run(context, input) {
    input.finish();
    return context.store.domains();
  },
  write: (output, names) => output.keys(names),
};

const drop: Handler<boolean> = {
  run(context, input) {
    const domain = input.text();
    const name = input.text();
    input.finish();
    return context.store.dropTable(domain, name);
  },
  write: writeBoolean,
};

const ping: Handler<void> = { run: (_context, input) => input.finish(), write: writeNothing };

/** The requests about which tables there are. */
export const CATALOGUING: Handlers = new Map<number, Handler<never>>([
  [Kind.OPEN, open],
  [Kind.CLOSE, close],
  [Kind.TABLES, tables],
  [Kind.PING, ping],
  [Kind.DOMAINS, domains],
  [Kind.DROP, drop],
] as Iterable<[number, Handler<never>]>);
