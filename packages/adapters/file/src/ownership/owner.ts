import { join } from "node:path";
import type { Environment } from "../platform/environment.js";
import type { Descriptor, FileIdentity, FileSystem } from "../platform/file-system.js";
import type { Host, ProcessIdentity } from "../platform/host.js";
import { readFully, writeFully } from "../platform/whole-file.js";

/** In the directory of an epoch that is owned: who owns it, as JSON. */
export const OWNER = "OWNER";

/** What {@link OWNER} becomes when the epoch is given back: nobody will own it again. */
export const RELEASED = "RELEASED";

/** Bytes. A file that is longer is none that an owner has written. */
const LONGEST_OWNER = 2 ** 16;

/** Who owns an epoch. */
export interface Owner extends ProcessIdentity {
  /** Of this claim: another one each time. */
  readonly uuid: string;
  /** When it was claimed; ISO 8601. */
  readonly since: string;
  /**
   * Its thread has {@link OWNER} open for writing for as long as it owns the epoch: so it can be seen that the thread is
   * gone, or that the file is a copy.
   */
  readonly keepsOpen?: boolean | undefined;
  /** Of the directory that the epoch is in. */
  readonly realPath?: string | undefined;
  readonly inode?: string | undefined;
}

/** What an error says about an owner, as its `cause`. */
export interface OwnerSummary {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * @param uuid of this claim
 * @param identity of the directory that the epoch is in
 */
export function newOwner(host: Host, uuid = host.uuid(), identity?: FileIdentity): Owner {
  const { pid, host: name, boot, namespace, start, thread } = host.process;
  const since = new Date(host.wallTime()).toISOString();
  // Others look at what is open only where they find the process by its start.
  const keepsOpen = start === undefined ? undefined : true;
  const own = { pid, host: name, boot, namespace, start, thread, uuid, since };
  return { ...own, keepsOpen, realPath: identity?.realPath, inode: identity?.inode };
}

/**
 * Writes who owns the epoch of `directory`. Nothing is synced: who survives a loss of power finds the file, or takes
 * the epoch for one without a living owner, which it is.
 *
 * @returns the file, if the owner keeps it open
 */
export function writeOwner(
  fileSystem: FileSystem,
  directory: string,
  owner: Owner,
): Descriptor | undefined {
  const content = Buffer.from(`${JSON.stringify(owner)}\n`);
  const file = fileSystem.create(join(directory, OWNER));
  let isKept = false;
  try {
    writeFully(fileSystem, file, content, 0, content.length, 0);
    isKept = owner.keepsOpen === true;
    return isKept ? file : undefined;
  } finally {
    if (!isKept) fileSystem.close(file);
  }
}

/**
 * Who owns the epoch of `directory`; undefined if what is there isn't legible. Throws what the file system throws, also
 * if there is nothing.
 * @param name {@link OWNER} or {@link RELEASED}
 */
export function loadOwner(
  fileSystem: FileSystem,
  directory: string,
  name = OWNER,
): Owner | undefined {
  const file = fileSystem.open(join(directory, name));
  try {
    const size = fileSystem.size(file);
    if (size > LONGEST_OWNER) return undefined;
    const content = Buffer.alloc(size);
    return parseOwner(
      content.toString("utf8", 0, readFully(fileSystem, file, content, 0, size, 0)),
    );
  } finally {
    fileSystem.close(file);
  }
}

/** {@link loadOwner}; undefined also if it can't be read. */
export function readOwner(
  fileSystem: FileSystem,
  directory: string,
  name = OWNER,
): Owner | undefined {
  try {
    return loadOwner(fileSystem, directory, name);
  } catch {
    return undefined;
  }
}

/** `process 4711 on host x since …`; says so if that is this process, or if nothing is known. */
export function describeOwner(owner: Owner | undefined, { host }: Environment): string {
  if (owner === undefined) return "a process that can't be told";
  const { pid, start, thread, since } = owner;
  const own = host.process;
  const isHere = pid === own.pid && start === own.start && host.stateOf(owner) !== "unknown";
  const on = `on host ${owner.host ?? "(unknown)"} since ${since}`;
  if (isHere && thread === own.thread) return `this very process, ${pid} ${on}`;
  const ofThread = thread === 0 ? "" : `thread ${thread} of `;
  if (!isHere) return `${ofThread}process ${pid} ${on}`;
  return `${ofThread === "" ? "the main thread of " : ofThread}this process, ${pid} ${on}`;
}

export function summarizeOwner(owner: Owner | undefined): OwnerSummary | undefined {
  if (owner === undefined) return undefined;
  const { pid, host = "(unknown)", since } = owner;
  return { pid, host, since };
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  const owner: Partial<Record<keyof Owner, unknown>> = value;
  const { host, boot, namespace, start, realPath, inode, keepsOpen } = owner;
  return (
    [owner.pid, owner.thread].every(Number.isSafeInteger) &&
    [owner.uuid, owner.since].every((part) => typeof part === "string") &&
    [host, boot, namespace, start, realPath, inode].every(
      (part) => part === undefined || typeof part === "string",
    ) &&
    (keepsOpen === undefined || typeof keepsOpen === "boolean")
  );
}
