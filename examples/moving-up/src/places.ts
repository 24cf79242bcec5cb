import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { Adapter, DomainInput } from "@store/core";
import { type FileAdapter, fileAdapter } from "@store/file";
import { memoryAdapter } from "@store/memory";
import { postgresAdapter } from "@store/postgres";

/** A place for tables: what `configureDomain`, `copyDomain` and `migrateDomain` take, and what to close after the store. */
export interface Place {
  readonly config: DomainInput<Adapter>;
  close(this: void): Promise<void>;
}

/**
 * The place that a text of the configuration names: `memory`, `file:DIRECTORY`, `postgres://...`, or `pglite:DIRECTORY`,
 * which is PostgreSQL within this process.
 */
export function openPlace(text: string): Place {
  const [, scheme, rest = ""] = /^(\w+)(?::(.+))?$/.exec(text) ?? [];
  if (scheme === "memory" && rest === "") {
    return { config: { adapter: memoryAdapter }, close: nothing };
  }
  if (scheme === "file" && rest !== "") {
    const config: DomainInput<FileAdapter> = { adapter: fileAdapter, options: { dataDir: rest } };
    return { config, close: nothing };
  }
  if (scheme === "postgres" || scheme === "postgresql") {
    return { config: postgres(text), close: nothing };
  }
  if (scheme === "pglite" && rest !== "") {
    mkdirSync(dirname(rest), { recursive: true });
    const client = new PGlite(rest);
    // A client that was handed over is closed by whoever made it.
    return { config: postgres(client), close: () => client.close() };
  }
  throw new Error(
    `expected memory, file:DIRECTORY, postgres://... or pglite:DIRECTORY; got ${text}`,
  );
}

/** Here the options are checked by type; as a `DomainInput<Adapter>`, they are any object. */
function postgres(client: string | PGlite): DomainInput<typeof postgresAdapter> {
  return { adapter: postgresAdapter, options: { client } };
}

async function nothing(): Promise<void> {}
