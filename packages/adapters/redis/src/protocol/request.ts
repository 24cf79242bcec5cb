import { MODE } from "../script/codes.js";
import { type Script, scriptFor } from "../script/script.js";
import { ByteWriter } from "./byte-writer.js";
import type { Operation, TableNames } from "./operation.js";

/** What a call of the script is made with. */
export interface ScriptCall {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly request: Buffer;
}

/** Keys of a table that a call declares beside the catalogue: in a batch also those where it puts things aside. */
const KEYS = { [MODE.independent]: 4, [MODE.batch]: 8 };

/** Writes operations, on tables of one slot, as a request of the script. */
export function scriptCall(
  mode: keyof typeof KEYS,
  operations: readonly Operation<unknown>[],
): ScriptCall {
  const numbers = new Map<TableNames, number>();
  for (const { table } of operations) {
    if (!numbers.has(table)) numbers.set(table, numbers.size + 1);
  }
  const tables = [...numbers.keys()];
  const writer = new ByteWriter().byte(mode).number(tables.length);
  for (const { type, name } of tables) writer.byte(type).text(name);
  writer.number(operations.length);
  for (const { table, code, body } of operations) {
    writer
      .number(body.length + 5)
      .byte(code)
      .number(numbers.get(table) as number)
      .bytes(body);
  }
  const keys = tables.flatMap((table) => [table.catalogue, ...table.keys.slice(0, KEYS[mode])]);
  const script = scriptFor(
    mode,
    operations.map(({ code }) => code),
  );
  return { script, keys, request: writer.finish() };
}
