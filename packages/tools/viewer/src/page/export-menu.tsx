import { useRef } from "preact/hooks";
import type { TableName } from "../protocol.js";
import { addressOf } from "./api.js";
import { count } from "./format.js";
import { askedOf } from "./query.js";

/** What is shown, or all that it is a part of, as a file. */
export function ExportMenu({
  table,
  params,
  shown,
  isEnd,
}: {
  table: TableName;
  params: URLSearchParams;
  shown: number;
  /** The last ones are shown, and not the first. */
  isEnd: boolean;
}) {
  const details = useRef<HTMLDetailsElement>(null);
  const link = (name: string, format: string, limit?: number) => {
    const query = askedOf(table, params);
    query.set("format", format);
    if (limit !== undefined) {
      query.set("limit", String(limit));
      if (isEnd) query.set("reverse", "1");
    }
    return (
      <a
        href={addressOf("export", query)}
        download=""
        onClick={() => {
          if (details.current !== null) details.current.open = false;
        }}
      >
        {name}
      </a>
    );
  };
  return (
    <details class="menu" ref={details}>
      <summary>Export</summary>
      <div>
        <p class="muted">NDJSON is a dump, which `store load` reads.</p>
        {link(`The ${count(shown)} shown, NDJSON`, "ndjson", shown)}
        {link(`The ${count(shown)} shown, JSON`, "json", shown)}
        {link("All of these, NDJSON", "ndjson")}
        {link("All of these, JSON", "json")}
      </div>
    </details>
  );
}
