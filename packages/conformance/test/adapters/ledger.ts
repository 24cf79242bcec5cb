import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { AdapterTable } from "@store/core";

/** A write: a method and its arguments. */
export type Write = {
  [Method in WriteMethod]: readonly [
    method: Method,
    ...args: Parameters<AdapterTable<"sync">[Method]>,
  ];
}[WriteMethod];
type WriteMethod = "insertMany" | "delete" | "deleteObjects" | "deleteAllObjects";

/**
 * A directory with one file for each write, numbered from 1. A file is created with all of its content at once,
 * and never changes. Whoever creates the next one has read all files before it, and a killed process leaves no partial file.
 */
export class Ledger<W = Write> {
  readonly #directory: string;
  readonly #apply: (write: W) => unknown;
  #last = 0;

  /** @param apply does a write in memory */
  constructor(directory: string, apply: (write: W) => unknown) {
    this.#directory = directory;
    this.#apply = apply;
  }

  /** Applies the writes of other processes in memory. */
  refresh(): void {
    for (;;) {
      const write = read(this.#file(this.#last + 1));
      if (write === undefined) return;
      this.#last++;
      this.#apply(write as W);
    }
  }

  /** Makes the next file; false if another has, since {@link refresh}. Doesn't touch the memory. */
  append(write: W): boolean {
    const isFirst = create(this.#file(this.#last + 1), write);
    if (isFirst) this.#last++;
    return isFirst;
  }

  #file(number: number): string {
    return join(this.#directory, `write ${number}`);
  }
}

/** Makes a file with its content; false if there is one. */
export function create(file: string, content: unknown): boolean {
  const temporary = `${file} ${randomUUID()}`;
  writeFileSync(temporary, serialize(content));
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (Object(error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary);
  }
}

/** What is in a file, undefined if there is none. */
export function read(file: string): unknown {
  try {
    return deserialize(readFileSync(file));
  } catch (error) {
    if (Object(error).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Makes this process the owner of a directory: whoever makes the next of its numbered claims, when the owner of the one
 * before has freed it or died. Returns what frees it, undefined if somebody else has it.
 */
export function claim(
  directory: string,
  isAlive: (pid: number) => boolean = runs,
): (() => void) | undefined {
  const claims = join(directory, "claims");
  mkdirSync(claims, { recursive: true });
  const fileOf = (number: number) => join(claims, String(number));
  const last = readdirSync(claims).filter((name) => /^\d+$/.test(name)).length;
  const owner = read(fileOf(last));
  const isFree = owner === undefined || read(`${fileOf(last)} freed`) !== undefined;
  if (!isFree && isAlive(owner as number)) return undefined;
  if (!create(fileOf(last + 1), process.pid)) return undefined;
  return () => void create(`${fileOf(last + 1)} freed`, true);
}

/** The same with a fault: it looks first and claims some time later. */
export function claimSlowly(directory: string): (() => void) | undefined {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "owner");
  const owner = read(file);
  if (owner !== undefined && runs(owner as number)) return undefined;
  pause(50);
  writeFileSync(file, serialize(process.pid));
  return () => rmSync(file);
}

/** Stops the thread. */
export function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
