import { AbstractSnapshot } from "abstract-level";
import type { Version } from "./version.js";
import type { Versions } from "./versions.js";

export class StoreSnapshot extends AbstractSnapshot {
  readonly version: Version;
  readonly #versions: Versions;

  /** @param options abstract-level's: which database closes it */
  constructor(versions: Versions, options: object) {
    // Its types leave out the argument.
    super(...([options] as unknown as []));
    this.#versions = versions;
    this.version = versions.open();
  }

  protected async _close(): Promise<void> {
    this.#versions.close(this.version);
  }
}
