import { minimalAdapter } from "../adapters/minimal-adapter.js";
import { type Fault, from, isWithin, recordsOf, withMethods } from "./broken.js";

export const CHANGE_FAULTS: readonly Fault[] = [
  {
    name: "counts one too many in a range",
    suite: "count, deleteRange",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      count: (range) =>
        recordsOf(right).filter(([key]) => isWithin(key, range, compareKeys)).length + 1,
    })),
  },
  {
    name: "deleteRange removes a bound that is not in the range",
    suite: "count, deleteRange",
    options: withMethods((right, _shelf, { compareKeys }) => ({
      deleteRange({ lower, upper }) {
        const closed = {
          lower: lower && { ...lower, inclusive: true },
          upper: upper && { ...upper, inclusive: true },
          reverse: false,
          limit: Number.POSITIVE_INFINITY,
        };
        const gone = recordsOf(right).filter(([key]) => isWithin(key, closed, compareKeys));
        return gone.length === 0 ? 0 : right.deleteObjects(gone);
      },
    })),
  },
  {
    name: "append gives a number twice",
    suite: "append",
    options: withMethods((right) => ({
      append(prefix, elements) {
        const key = prefix === null ? 1 : [...prefix, 1];
        right.insertMany([[key, ...elements]]);
        return key;
      },
    })),
  },
  {
    name: "deleteMany leaves the last key",
    suite: "lookupMany, deleteMany",
    options: withMethods((right) => ({
      deleteMany(keys) {
        const records = keys.slice(0, -1).flatMap((key) => right.lookup(key));
        return records.length === 0 ? 0 : right.deleteObjects(records);
      },
    })),
  },
  {
    name: "dropTable leaves the records",
    suite: "tables, dropTable",
    options: from({
      ...minimalAdapter(),
      open(options, toolkit) {
        const backend = minimalAdapter().open(options, toolkit);
        return {
          ...backend,
          dropTable: (domain, name) => backend.tables(domain).some((table) => table.name === name),
        };
      },
    }),
  },
];
