import type { Files } from "./machine.js";

/** What befalls the files of a data directory. */
export interface Fault {
  /** For people. */
  readonly name: string;
  /** What files become, by path; undefined for one that is gone. */
  readonly changes: ReadonlyMap<string, Buffer | undefined>;
  /** A byte that is another, or where a file ends, if that is all. */
  readonly place?: {
    readonly kind: "flip" | "cut";
    readonly path: string;
    readonly at: number;
  };
}

/** Faults of one kind, by number. */
export interface FaultFamily {
  readonly count: number;
  /** The fault of a number below `count`. */
  at(number: number): Fault;
}

export function familyOf(faults: readonly (() => Fault)[]): FaultFamily {
  return { count: faults.length, at: (number) => (faults[number] as () => Fault)() };
}

/** The families one after another. */
export function joined(families: readonly FaultFamily[]): FaultFamily {
  return {
    count: families.reduce((sum, { count }) => sum + count, 0),
    at(number) {
      let left = number;
      for (const family of families) {
        if (left < family.count) return family.at(left);
        left -= family.count;
      }
      throw new RangeError(`there is no fault ${number}`);
    },
  };
}

/** The files after a fault. */
export function afterFault(files: Files, { changes }: Fault): Files {
  const after = new Map(files);
  for (const [path, content] of changes) {
    if (content === undefined) after.delete(path);
    else after.set(path, content);
  }
  return after;
}
