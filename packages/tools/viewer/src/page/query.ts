import type { TableName } from "../protocol.js";
import { idOf } from "./route.js";

/** How records are looked for. */
export type Way = "all" | "key" | "range" | "prefix" | "match";

/** What is in the fields of the form, as it was typed: keys and patterns in the text form. */
export interface Query {
  readonly way: Way;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** Whether the bounds themselves are meant, too. */
  readonly withFrom: boolean;
  readonly withTo: boolean;
  readonly prefix: string;
  readonly match: string;
  readonly reverse: boolean;
}

const EMPTY: Query = {
  way: "all",
  key: "",
  from: "",
  to: "",
  withFrom: true,
  withTo: false,
  prefix: "",
  match: "",
  reverse: false,
};

/** From the address of the page: the parameters are those of the server. */
export function queryIn(params: URLSearchParams): Query {
  const [gt, gte, lt, lte] = ["gt", "gte", "lt", "lte"].map((name) => params.get(name));
  const key = params.get("key");
  const prefix = params.get("prefix");
  const match = params.get("match");
  const isRange = [gt, gte, lt, lte].some((bound) => bound !== null);
  const way =
    key !== null
      ? "key"
      : match !== null
        ? "match"
        : prefix !== null
          ? "prefix"
          : isRange
            ? "range"
            : "all";
  return {
    ...EMPTY,
    way,
    key: key ?? "",
    from: gte ?? gt ?? "",
    withFrom: gt === null || gt === undefined,
    to: lte ?? lt ?? "",
    withTo: lte !== null && lte !== undefined,
    prefix: prefix ?? "",
    match: match ?? "",
    reverse: params.get("reverse") === "1",
  };
}

/** What the server is asked for, and what stands in the address of the page. */
export function paramsOf(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  const set = (name: string, text: string) => {
    if (text.trim() !== "") params.set(name, text.trim());
  };
  if (query.way === "key") set("key", query.key);
  if (query.way === "match") set("match", query.match);
  if (query.way === "prefix") set("prefix", query.prefix);
  // A pattern may be looked for within a range.
  if (query.way === "range" || query.way === "match") {
    set(query.withFrom ? "gte" : "gt", query.from);
    set(query.withTo ? "lte" : "lt", query.to);
  }
  if (query.reverse && query.way !== "key") params.set("reverse", "1");
  return params;
}

/** The same with the table, for the server. */
export function askedOf(table: TableName, params: URLSearchParams): URLSearchParams {
  const asked = new URLSearchParams(params);
  asked.set("table", idOf(table));
  return asked;
}
