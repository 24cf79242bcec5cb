import { atomicMethods } from "../adapters/durable-adapter.js";
import { type Fault, withMethods } from "./broken.js";

export const UPDATE_FAULTS: readonly Fault[] = [
  {
    name: "update calls back for a missing key, and inserts",
    suite: "replace",
    options: withMethods((right) => ({
      update(key, change) {
        const changed = change(right.lookup(key)[0] ?? [key, undefined]);
        right.insertMany([changed]);
        return changed;
      },
    })),
  },
  {
    name: "update returns the record before the change",
    suite: "updateCounter",
    options: withMethods((right) => ({
      update(key, change) {
        const [before] = right.lookup(key);
        atomicMethods(right).update(key, change);
        return before;
      },
    })),
  },
  {
    name: "update deletes before the change may throw",
    suite: "updateCounter",
    options: withMethods((right) => ({
      update(key, change) {
        const [record] = right.lookup(key);
        if (record === undefined) return undefined;
        right.delete(key);
        const changed = change(record);
        right.insertMany([changed]);
        return changed;
      },
    })),
  },
  {
    name: "updateCounter ignores the threshold",
    suite: "updateCounter",
    options: withMethods((right, _shelf, { counted }) => ({
      updateCounter(key, step) {
        const unbound = { ...step, bound: undefined };
        const changed = atomicMethods(right).update(key, (record) => counted(record, unbound));
        return changed?.[step.position - 1] as number | undefined;
      },
    })),
  },
  {
    name: "updateCounter always counts element 2",
    suite: "updateCounter",
    options: withMethods((right, _shelf, { counted }) => ({
      updateCounter(key, step) {
        const second = { ...step, position: 2 };
        return atomicMethods(right).update(key, (record) => counted(record, second))?.[1] as number;
      },
    })),
  },
  {
    name: "updateCounter adds in floating point",
    suite: "updateCounter",
    options: withMethods((right) => ({
      updateCounter(key, { position, increment, bound }) {
        const add = (value: unknown): number => {
          const result = Number(value) + Number(increment);
          if (bound === undefined) return result;
          const { threshold, setValue } = bound;
          const passed = increment >= 0 ? result > threshold : result < threshold;
          return passed ? Number(setValue) : result;
        };
        const changed = atomicMethods(right).update(key, ([first, ...rest]) => {
          return [first, ...rest.map((value, at) => (at === position - 2 ? add(value) : value))];
        });
        return changed?.[position - 1] as number | undefined;
      },
    })),
  },
  {
    name: "flushCounters counts increments a second time",
    suite: "size",
    options: withMethods((right, _shelf, { counted }) => ({
      flushCounters() {
        const step = { position: 2, increment: 1, bound: undefined };
        atomicMethods(right).update("k", (record) => counted(record, step));
      },
    })),
  },
];
