/** An open file. */
export type Descriptor = number;

/** What the engine asks of a name. */
export interface FileStatus {
  /** `link`, a symbolic one, only where links aren't followed; `other` is a pipe, a socket, a device. */
  readonly kind: "file" | "directory" | "link" | "other";
  /** Bytes. */
  readonly size: number;
  /** When it was modified last, in milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/** Tells a directory from its copy. */
export interface FileIdentity {
  /** Absolute, without links. */
  readonly realPath: string;
  /** What stays when it is renamed, or mounted elsewhere; on some network file systems it doesn't. */
  readonly inode: string;
}

/**
 * The storage seam: every access of the engine to files goes through these calls, so that it runs as it is over the real
 * file system, one in memory, one that loses power and one that fails.
 *
 * A call that fails throws an error with the `code` of the system call (`ENOENT`, `EEXIST`, `ENOSPC`, `EIO`). Paths are
 * absolute.
 */
export interface FileSystem {
  /** Makes one directory; `EEXIST` if the name is taken. */
  makeDirectory(path: string): void;
  /** Removes an empty directory. */
  removeDirectory(path: string): void;
  /** The names in a directory, in no order. */
  list(path: string): string[];
  /**
   * Returns when the names in a directory are on disk; `ENOENT` if it is gone. Where the system can't (Windows) there is
   * nothing else to do.
   */
  syncDirectory(path: string): void;
  /** {@link syncDirectory} off the main thread. */
  syncDirectoryInBackground(path: string): Promise<void>;

  /** Of what a name leads to. undefined if there is no such name. */
  status(path: string): FileStatus | undefined;
  /** Of what has the name itself, be it a symbolic link. undefined if there is no such name. */
  linkStatus(path: string): FileStatus | undefined;
  identify(path: string): FileIdentity;
  /**
   * Says that a directory is modified now, by the clock that stamps what is created there: the heartbeat of a lock. The
   * clock of the process may be an hour off, or faked.
   */
  touch(path: string): void;
  /** The room that is left on the disk of a directory, in bytes; infinite where the system doesn't say. */
  freeBytes(path: string): number;
  /** Gives a file or directory another name. One that has the new name already is replaced if it is a file, or an empty directory. */
  rename(from: string, to: string): void;
  /** Gives a file a second name; `EEXIST` if it is taken, another code where the file system has no links. */
  link(from: string, to: string): void;
  /** Removes the name of a file. */
  remove(path: string): void;

  /** Creates a file, for this user only, to read and write; `EEXIST` if the name is taken. */
  create(path: string): Descriptor;
  /**
   * Opens a file that is there. Only to read, but its descriptor can be synced, too. Anything else fails at once: `ELOOP`
   * for a symbolic link, which may lead elsewhere, `EISDIR`, `EINVAL` or `ENXIO` for a pipe, which would let wait for a
   * writer, and the like.
   */
  open(path: string): Descriptor;
  close(file: Descriptor): void;
  /** {@link close} off the main thread: the last one of a large file without a name takes its time. Never fails. */
  closeInBackground(file: Descriptor): void;
  /** Bytes. */
  size(file: Descriptor): number;
  /** Reads into `buffer` from `start`; returns how many bytes, which may be fewer than `length`, 0 at the end. */
  read(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number;
  /** Writes from `buffer` at `start`; returns how many bytes, which may be fewer than `length`. */
  write(
    file: Descriptor,
    buffer: Uint8Array,
    start: number,
    length: number,
    position: number,
  ): number;
  /** Returns when all that was written to the file is on disk, and its size (fdatasync). */
  sync(file: Descriptor): void;
  /** {@link sync} off the main thread. */
  syncInBackground(file: Descriptor): Promise<void>;
}
