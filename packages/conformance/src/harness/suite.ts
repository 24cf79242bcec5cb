import type { Capabilities, TableType } from "@store/core";
import type { AnyTable } from "../backend/any-store.js";
import type { AdapterProcesses } from "../backend/options.js";
import type { TestContext } from "./test-context.js";

export const ALL: readonly TableType[] = ["set", "ordered_set", "bag", "duplicate_bag"];
export const UNIQUE: readonly TableType[] = ["set", "ordered_set"];
export const BAGS: readonly TableType[] = ["bag", "duplicate_bag"];
export const UNORDERED: readonly TableType[] = ["set", "bag", "duplicate_bag"];

/** What a suite defines its tests with. */
export interface TestDefiner {
  /**
   * A test with its own context. It runs in the adapter's mode, and for a sync adapter also in an async store.
   * @param needs skips it for an adapter that doesn't declare these capabilities
   */
  test(
    title: string,
    run: (context: TestContext) => Promise<void>,
    ...needs: readonly Needed[]
  ): void;
  /** A test for each type of table, skipped for those that the adapter declares not to have. */
  eachType(
    title: string,
    types: readonly TableType[],
    run: (table: AnyTable, context: TestContext, type: TableType) => Promise<void>,
    ...needs: readonly Needed[]
  ): void;
  /**
   * A test with several processes, skipped where the kit wasn't told of any. It is run in the adapter's own mode only:
   * core's part doesn't differ, and processes take long to start.
   */
  withProcesses(
    title: string,
    run: (context: TestContext, processes: AdapterProcesses) => Promise<void>,
    ...needs: readonly Needed[]
  ): void;
}

/** A capability that a test needs, or needs not to be there. */
export type Needed = keyof Capabilities | `not ${keyof Capabilities}`;

/** The tests of one part of the contract. */
export interface Suite {
  readonly name: string;
  /** Under which heading of docs/semantics.md or docs/adapters.md stands what it checks. */
  readonly heading: string;
  /** Which methods or members of an adapter are most likely wrong when a test fails. */
  readonly lookAt: string;
  define(definer: TestDefiner): void;
}

/** Whether an adapter of these capabilities has tables of this type. */
export function hasType({ ordered, bags }: Capabilities, type: TableType): boolean {
  return type === "ordered_set" ? ordered : type === "set" || bags;
}

/** Whether the capabilities are as a test needs them. */
export function fulfils(capabilities: Capabilities, needs: readonly Needed[]): boolean {
  return needs.every((need) =>
    need.startsWith("not ")
      ? !capabilities[need.slice(4) as keyof Capabilities]
      : capabilities[need as keyof Capabilities],
  );
}
