import { useEffect, useState } from "preact/hooks";
import type { TableName } from "../protocol.js";

export type View = "overview" | "engine" | "compare" | "table";

/** What is shown; it is in the address, behind the `#`, so that it can be gone back to. */
export interface Route {
  readonly view: View;
  /** Of the table that is shown. */
  readonly table: TableName | undefined;
  /** Which of its records. */
  readonly params: URLSearchParams;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const onChange = () => setRoute(currentRoute());
    addEventListener("hashchange", onChange);
    return () => removeEventListener("hashchange", onChange);
  }, []);
  return route;
}

export function hrefOf(view: View, params: URLSearchParams = new URLSearchParams()): string {
  const query = params.toString();
  return `#/${view}${query === "" ? "" : `?${query}`}`;
}

export function tableHref(table: TableName, params?: URLSearchParams): string {
  const query = new URLSearchParams(params);
  query.set("t", JSON.stringify(table));
  return hrefOf("table", query);
}

export function go(href: string): void {
  location.hash = href;
}

function currentRoute(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const params = new URLSearchParams(query);
  const table = tableIn(params.get("t"));
  params.delete("t");
  if (path === "table" && table !== undefined) return { view: "table", table, params };
  const isKnown = path === "engine" || path === "compare";
  return { view: isKnown ? path : "overview", table: undefined, params };
}

function tableIn(text: string | null): TableName | undefined {
  try {
    const [domain, name] = JSON.parse(text ?? "") as unknown[];
    if (typeof domain === "string" && typeof name === "string") return [domain, name];
  } catch {}
  return undefined;
}

export function sameTable(a: TableName | undefined, b: TableName): boolean {
  return a !== undefined && a[0] === b[0] && a[1] === b[1];
}

export function idOf(table: TableName): string {
  return JSON.stringify(table);
}
