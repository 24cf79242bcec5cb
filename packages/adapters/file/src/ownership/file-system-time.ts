import type { Environment } from "../platform/environment.js";
import type { FileStatus } from "../platform/file-system.js";
import { claimDirectory } from "./epoch.js";

/** What the clock says that stamps the files in a directory, looked up once, when it is first asked for. */
export class FileSystemTime {
  readonly #environment: Environment;
  readonly #directory: string;
  readonly #uuid: string;
  #now: number | undefined;

  /** @param uuid of nobody else who creates something there */
  constructor(environment: Environment, directory: string, uuid: string) {
    this.#environment = environment;
    this.#directory = directory;
    this.#uuid = uuid;
  }

  /** Milliseconds since the epoch. Throws what the file system throws: nothing can be created. */
  now(): number {
    this.#now ??= this.#look();
    return this.#now;
  }

  #look(): number {
    const { fileSystem } = this.#environment;
    const path = claimDirectory(this.#directory, this.#uuid);
    fileSystem.makeDirectory(path);
    const { modifiedAt } = fileSystem.linkStatus(path) as FileStatus;
    fileSystem.removeDirectory(path);
    return modifiedAt;
  }
}
