import type { AdapterTable } from "@store/core";
import { audiences } from "./channels.js";
import { type Method, type Observation, ObservedTable } from "./observed-table.js";
import { TABLE_OPERATIONS } from "./operation.js";
import type { CallPlace } from "./store-call.js";

/**
 * A call more costs a lookup in memory a thirtieth of its time, whatever it does. So a sync table stays the adapter's own
 * object, and its methods are as they were; only while somebody is told of one, or it is counted, another one stands before
 * it on that object, which nobody but core has.
 */
export function instrument(
  table: AdapterTable<"sync">,
  place: CallPlace,
  observation: Observation<"sync">,
): void {
  const observed = new ObservedTable(table, place, observation);
  const switches = TABLE_OPERATIONS.flatMap((operation) => {
    const method = operation === "close" ? undefined : observed.method(operation);
    return method === undefined
      ? []
      : [{ operation, before: new MethodSwitch(table, operation, method) }];
  });
  const set = () => {
    for (const { operation, before } of switches)
      before.set(observation.counts || observation.recorder.isHeard(operation));
  };
  const unfollow = switches.map(({ operation }) => audiences[operation].follow(set));
  const usage = new MethodSwitch(table, "usage", observed.usage());

  const close = observed.method("close") as Method;
  const closing = new MethodSwitch(table, "close", (...args) => {
    for (const stop of unfollow) stop();
    for (const { before } of switches) before.set(false);
    for (const each of [usage, closing]) each.set(false);
    return close(...args);
  });
  followers.set(table, set);
  set();
  for (const each of [usage, closing]) each.set(true);
}

/** Channels hold these weakly; a table holds its own as long as it is there. */
const followers = new WeakMap<object, () => void>();

/** Whether another method can stand before each of the table's. */
export function canInstrument(table: object): boolean {
  return (
    Object.isExtensible(table) &&
    Object.values(Object.getOwnPropertyDescriptors(table)).every(
      ({ configurable }) => configurable === true,
    )
  );
}

/** A method of a table, and the one that stands before it for a while. */
class MethodSwitch {
  readonly #table: object;
  readonly #name: keyof AdapterTable;
  readonly #before: PropertyDescriptor;
  readonly #own: PropertyDescriptor | undefined;

  constructor(table: object, name: keyof AdapterTable, value: Method) {
    this.#table = table;
    this.#name = name;
    this.#before = { value, configurable: true, enumerable: true, writable: true };
    this.#own = Object.getOwnPropertyDescriptor(table, name);
  }

  set(isOn: boolean): void {
    const property = isOn ? this.#before : this.#own;
    if (property === undefined) Reflect.deleteProperty(this.#table, this.#name);
    else Object.defineProperty(this.#table, this.#name, property);
  }
}
