import { join } from "node:path";
import type { FileSystem } from "../platform/file-system.js";
import type { Host, ProcessIdentity } from "../platform/host.js";
import { readWhole, writeFully } from "../platform/whole-file.js";

/** In the directory of an epoch that is owned: who owns it, as JSON. */
export const OWNER = "OWNER";

/** What {@link OWNER} becomes when the epoch is given back: nobody will own it again. */
export const RELEASED = "RELEASED";

/** Who owns an epoch. */
export interface Owner extends ProcessIdentity {
  /** Of this claim: another one each time. */
  readonly uuid: string;
  /** When it was claimed; ISO 8601. */
  readonly since: string;
}

/** What an error says about an owner, as its `cause`. */
export interface OwnerSummary {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

export function newOwner(host: Host): Owner {
  const { pid, host: name, boot, namespace, start, thread } = host.process;
  const since = new Date(host.wallTime()).toISOString();
  return { pid, host: name, boot, namespace, start, thread, uuid: host.uuid(), since };
}

/**
 * Writes who owns the epoch of `directory`. Nothing is synced: who survives a loss of power finds the file, or takes
 * the epoch for one without a living owner, which it is.
 */
export function writeOwner(fileSystem: FileSystem, directory: string, owner: Owner): void {
  const content = Buffer.from(`${JSON.stringify(owner)}\n`);
  const file = fileSystem.create(join(directory, OWNER));
  try {
    writeFully(fileSystem, file, content, 0, content.length, 0);
  } finally {
    fileSystem.close(file);
  }
}

/** Who owns the epoch of `directory`; undefined if it doesn't say, or not legibly. */
export function readOwner(fileSystem: FileSystem, directory: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(readWhole(fileSystem, join(directory, OWNER)).toString());
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

/** `process 4711 on host x since …`; whoever it is if that isn't known. */
export function describeOwner(owner: Owner | undefined): string {
  if (owner === undefined) return "a process that can't be told";
  const thread = owner.thread === 0 ? "" : `thread ${owner.thread} of `;
  return `${thread}process ${owner.pid} on host ${owner.host} since ${owner.since}`;
}

export function summarizeOwner(owner: Owner | undefined): OwnerSummary | undefined {
  if (owner === undefined) return undefined;
  const { pid, host, since } = owner;
  return { pid, host, since };
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== "object" || value === null) return false;
  const owner: Partial<Record<keyof Owner, unknown>> = value;
  const { boot, namespace, start } = owner;
  return (
    [owner.pid, owner.thread].every(Number.isSafeInteger) &&
    [owner.host, owner.uuid, owner.since].every((part) => typeof part === "string") &&
    [boot, namespace, start].every((part) => part === undefined || typeof part === "string")
  );
}
