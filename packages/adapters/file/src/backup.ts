import { type Mode, type Result, type Store, StoreError } from "@store/core";
import type { FileBackend } from "./file-backend.js";
import { located } from "./located-error.js";
import { backendOf } from "./open-backends.js";
import type { NormalizedFileOptions } from "./options.js";

/**
 * Copies all tables of the data directory behind a domain to another directory, as of one moment, while writes go on: by
 * links to the files, where the file system has them, and so in a time that doesn't grow with the tables. What it makes
 * is a data directory like any other, which nobody owns.
 *
 * @param directory made if missing. One that isn't empty is `STORE_INVALID_OPERATION`; a domain that isn't in files
 * `STORE_NOT_SUPPORTED`
 */
export function backup<M extends Mode>(
  store: Store<M>,
  domain: string,
  directory: string,
): Result<M, void> {
  return withBackend(store, domain, "backup", (backend) => backend.backup(directory));
}

/**
 * Gives back the room of what was deleted or replaced in the data directory behind a domain: merges everything into one
 * file, and returns when that is on disk. It takes time, and for that time room, in proportion to all tables; the engine
 * does the same by itself, in parts, in the background. A domain that isn't in files is `STORE_NOT_SUPPORTED`.
 */
export function compact<M extends Mode>(store: Store<M>, domain: string): Result<M, void> {
  return withBackend(store, domain, "compact", (backend) => backend.compact());
}

function withBackend<M extends Mode>(
  store: Store<M>,
  domain: string,
  operation: string,
  action: (backend: FileBackend) => void,
): Result<M, void> {
  const act = (config: { adapter: unknown; options: unknown }) => {
    const { dataDir } = config.options as Partial<NormalizedFileOptions>;
    const backend = backendOf(config.adapter as object, String(dataDir));
    const site = `${operation} of domain ${JSON.stringify(domain)}`;
    if (backend === undefined) {
      throw new StoreError(
        "STORE_NOT_SUPPORTED",
        `${site}: it isn't kept in files by this package`,
      );
    }
    try {
      action(backend);
    } catch (error) {
      throw located(site, error);
    }
  };
  // To ask for its tables opens the backend of a domain that nobody has used yet.
  const tables: unknown = store.tables(domain);
  const config = () => store.domainConfig(domain) as unknown;
  if (!(tables instanceof Promise)) return act(config() as Config) as Result<M, void>;
  return tables.then(config).then((found) => act(found as Config)) as Result<M, void>;
}

interface Config {
  readonly adapter: unknown;
  readonly options: unknown;
}
