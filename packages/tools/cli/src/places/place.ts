import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Adapter } from "@store/core";
import { UsageError } from "../output/failure.js";
import { loadPackage } from "./load-package.js";

/** What is done at a place: `follow` reads what comes, `read` what is there now. */
export type Access = "read" | "follow" | "write";

export type PlaceKind = "directory" | "socket" | "sqlite" | "postgres" | "redis";

/** Where tables are, as it is named on the command line. */
export interface Place {
  readonly kind: PlaceKind;
  /** For messages: without a password. */
  readonly label: string;
  /** Of a directory, a file or a socket: absolute. */
  readonly path: string | undefined;
  loadAdapter(): Promise<Adapter>;
  /** What the adapter is opened with. */
  optionsFor(access: Access): object;
}

/** What is known of a kind of place. */
interface Kind {
  readonly packageName: string;
  readonly adapter: string;
  /** For messages. */
  readonly what: string;
}

const KINDS: Readonly<Record<PlaceKind, Kind>> = {
  directory: { packageName: "@store/file", adapter: "fileAdapter", what: "a data directory" },
  socket: { packageName: "@store/server", adapter: "serverAdapter", what: "a server's socket" },
  sqlite: { packageName: "@store/sqlite", adapter: "sqliteAdapter", what: "a place at sqlite:" },
  postgres: {
    packageName: "@store/postgres",
    adapter: "postgresAdapter",
    what: "a place at postgres://",
  },
  redis: { packageName: "@store/redis", adapter: "redisAdapter", what: "a place at redis://" },
};

/** Reads how a place is named. Nothing is opened. */
export function parsePlace(text: string, options: readonly string[] = []): Place {
  const given = Object.fromEntries(options.map(parseOption));
  const scheme = /^([a-z][a-z0-9+.-]+):/.exec(text)?.[1];
  if (scheme === "postgres" || scheme === "postgresql") return server("postgres", text, given);
  if (scheme === "redis" || scheme === "rediss") return server("redis", text, given);
  const rest = text.slice((scheme?.length ?? -1) + 1);
  if (scheme === "sqlite") return local("sqlite", text, rest, given);
  if (scheme === "unix") return local("socket", text, rest.replace(/^\/\/(?=\/)/, ""), given);
  if (scheme !== undefined && /^\/\//.test(rest)) {
    throw new UsageError(
      `${scheme}:// is no place for tables; there are directories, unix:PATH, sqlite:FILE, postgres:// and redis://`,
    );
  }
  if (text === "") throw new UsageError("a place has a name; got an empty one");
  const status = statSync(text, { throwIfNoEntry: false });
  if (status?.isSocket()) return local("socket", text, text, given);
  if (status !== undefined && !status.isDirectory()) {
    throw new UsageError(
      `${text} is a file; a data directory is one, and a SQLite file is named sqlite:${text}. A dump is read by \`store load PLACE --in ${text}\``,
    );
  }
  return local("directory", text, text, given);
}

function server(kind: PlaceKind, url: string, given: object): Place {
  const label = url.replace(/^([^/]*\/\/[^/@:]*):[^@]*@/, "$1:***@");
  return placeOf(kind, label, undefined, () => ({ client: url, ...given }));
}

function local(kind: PlaceKind, label: string, name: string, given: object): Place {
  if (name === "") throw new UsageError(`${label} lacks the path`);
  const path = resolve(name);
  return placeOf(kind, label, path, (access) =>
    kind === "directory"
      ? { dataDir: path, ...(READ_ONLY[access] && { readOnly: READ_ONLY[access] }), ...given }
      : { path, ...given },
  );
}

/** How a data directory is opened, which one process at a time may write. */
const READ_ONLY = { read: "snapshot", follow: true, write: undefined } as const;

function placeOf(
  kind: PlaceKind,
  label: string,
  path: string | undefined,
  optionsFor: (access: Access) => object,
): Place {
  const { packageName, adapter, what } = KINDS[kind];
  return {
    kind,
    label,
    path,
    optionsFor,
    async loadAdapter() {
      const module = await loadPackage<Record<string, Adapter>>(packageName, what);
      return module[adapter] as Adapter;
    },
  };
}

/** `name=value`, where the value is JSON, or else a text. */
function parseOption(option: string): [name: string, value: unknown] {
  const [, name, value] = /^([A-Za-z]\w*)=(.*)$/s.exec(option) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--option takes name=value; got ${JSON.stringify(option)}`);
  }
  try {
    return [name, JSON.parse(value) as unknown];
  } catch {
    return [name, value];
  }
}
