/** Bytes of a run aren't those that were written. */
export class CorruptRun extends Error {
  override readonly name = "CorruptRun";
  readonly code = "STORE_CORRUPT";
  readonly path: string;
  /** Where in the file what is damaged begins. */
  readonly byte: number;

  constructor(path: string, byte: number, what: string) {
    super(`${what} at byte ${byte} of ${path}`);
    this.path = path;
    this.byte = byte;
  }
}

/** A run has a format that this version doesn't know. */
export class NewerRun extends Error {
  override readonly name = "NewerRun";
  readonly code = "STORE_NEWER_FORMAT";
  readonly path: string;
  readonly version: number;

  constructor(path: string, version: number) {
    super(`${path} has format ${version}, which is newer than this version of @store/file`);
    this.path = path;
    this.version = version;
  }
}
