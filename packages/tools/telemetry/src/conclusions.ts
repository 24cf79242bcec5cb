import type { Key, KeyRecords, StoreRecord } from "@store/core";
import type { TableOperation } from "./operation.js";
import type { StoreCall } from "./store-call.js";

type Arguments = readonly unknown[];
/** Says of a call how many records it was about, from its arguments and what it returned. */
type Conclusion = (call: StoreCall, result: unknown, args: Arguments) => void;

const found: Conclusion = (call, result) => call.isAbout(result as readonly StoreRecord[]);
const foundOne: Conclusion = (call, result) =>
  call.isAbout(result === undefined ? [] : [result as StoreRecord]);
const foundWithKey: Conclusion = (call, result) =>
  call.isAbout((result as KeyRecords | undefined)?.[1] ?? []);
const counted: Conclusion = (call, result) => {
  call.records = result as number;
};
const keyFound: Conclusion = (call, result) => {
  call.records = result === undefined || result === false ? 0 : 1;
};
const nothing: Conclusion = () => {};

/** All but those that go on after they have returned. */
export const CONCLUSIONS: Readonly<
  Record<Exclude<TableOperation, "scan" | "scanKeys">, Conclusion>
> = {
  lookup: found,
  lookupMany: (call, result) =>
    call.isAbout((result as readonly StoreRecord[][]).flat() as StoreRecord[]),
  member: keyFound,
  insert: (call, _, [record]) => call.isAbout([record as StoreRecord]),
  insertMany: (call, _, [records]) => call.isAbout(records as readonly StoreRecord[]),
  insertNew: (call, result, [records]) =>
    call.isAbout(result === true ? (records as readonly StoreRecord[]) : []),
  take: found,
  delete: nothing,
  deleteMany: counted,
  deleteObjects: counted,
  deleteAllObjects: nothing,
  deleteRange: counted,
  update: foundOne,
  replace: (call, result, [, record]) =>
    call.isAbout(result === true ? [record as StoreRecord] : []),
  updateCounter: keyFound,
  append: (call, key, [, elements]) => call.isAbout([[key as Key, ...(elements as unknown[])]]),
  first: keyFound,
  last: keyFound,
  next: keyFound,
  prev: keyFound,
  firstLookup: foundWithKey,
  lastLookup: foundWithKey,
  nextLookup: foundWithKey,
  prevLookup: foundWithKey,
  snapshot: nothing,
  count: counted,
  size: counted,
  matchObject: found,
  matchDelete: counted,
  expire: keyFound,
  expiresAt: (call, moments) => {
    call.records = (moments as readonly unknown[]).length;
  },
  sync: nothing,
  flushCounters: nothing,
  close: nothing,
};
