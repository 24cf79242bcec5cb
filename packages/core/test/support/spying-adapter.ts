import type { Adapter, AdapterTable, Mode } from "../../src/index.js";
import { type ArrayAdapterSettings, type ArrayOptions, arrayAdapterOf } from "./array-adapter.js";

/** An array adapter that notes each method of its tables that is called, and which after `close` was. */
export function spyingAdapter(
  mode: Mode,
  settings: Pick<ArrayAdapterSettings<Mode>, "capabilities"> = {},
): { adapter: Adapter<ArrayOptions>; calls: string[]; late: string[] } {
  const calls: string[] = [];
  const late: string[] = [];
  const methods = (table: AdapterTable) => {
    let isClosed = false;
    const spied = Object.entries(table).map(([name, method]) => {
      if (typeof method !== "function") return [name, method];
      const spy = (...args: unknown[]): unknown => {
        calls.push(name);
        if (isClosed) late.push(name);
        if (name === "close") isClosed = true;
        return Reflect.apply(method, table, args);
      };
      return [name, spy];
    });
    return Object.fromEntries(spied);
  };
  return { adapter: arrayAdapterOf(mode, { ...settings, methods }), calls, late };
}
