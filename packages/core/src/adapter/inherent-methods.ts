import type { Key } from "../values/key.js";
import type { AdapterTable } from "./adapter-table.js";
import type { Inherent } from "./complete-table.js";
import type { Mode, Result } from "./mode.js";
import type { TableGate } from "./table-gate.js";

type Write<M extends Mode> = <A extends unknown[], T>(
  method: (...args: A) => Result<M, T>,
) => (...args: A) => Result<M, T>;

/** The methods that core can't make up for, as far as the adapter has them, asking the gate. */
export function inherentOf<M extends Mode>(
  table: AdapterTable<M>,
  gate: TableGate,
  write: Write<M>,
): Pick<AdapterTable<M>, Inherent> {
  const { snapshot, expire, expiresAt } = table;
  return {
    ...(snapshot && {
      snapshot: write(() => {
        gate.check();
        return snapshot.call(table);
      }),
    }),
    ...(expire &&
      expiresAt && {
        expire: write((key: Key, at: number | undefined) => {
          gate.check();
          return expire.call(table, key, at);
        }),
        expiresAt: (key) => {
          gate.check();
          return expiresAt.call(table, key);
        },
      }),
  };
}
