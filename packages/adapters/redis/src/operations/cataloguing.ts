import { ByteWriter } from "../protocol/byte-writer.js";
import { OPERATION as OP } from "../script/codes.js";
import { isDone, type Make, read, write } from "./make.js";

/** What the catalogue says of a table, which it has from now on. */
export const openTable: Make<[], { readonly format: number; readonly type: number }> = (table) =>
  write(table, OP.openTable, new ByteWriter().byte(table.type), (answer) => ({
    format: Number(answer.text()),
    type: Number(answer.text()),
  }));

export const dropTable: Make<[], boolean> = (table) =>
  write(table, OP.dropTable, new ByteWriter(), isDone);

/** The fields of a catalogue: names of tables, and what else it has. */
export const listTables: Make<[], [name: string, value: string][]> = (table) =>
  read(table, OP.listTables, new ByteWriter(), (answer) =>
    answer.list(() => [answer.text().toString(), answer.text().toString()]),
  );
