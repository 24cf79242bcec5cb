import { Keyv as Keyv5 } from "keyv";
import { Keyv as Keyv6 } from "keyv-6";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** Keyv 6 is for Node 22.19 and newer. */
export const hasKeyv6 = major > 22 || (major === 22 && minor >= 19);

/** What both versions have, and the tests use. */
export interface AnyKeyv {
  get<T>(key: string): Promise<T | undefined>;
  getMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  setMany(entries: { key: string; value: unknown; ttl?: number }[]): Promise<unknown>;
  has(key: string): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<unknown>;
  clear(): Promise<void>;
  iterator?: (argument?: unknown) => AsyncGenerator<unknown, void>;
  on(event: "error", listener: (error: unknown) => void): unknown;
}

export interface KeyvVersion {
  readonly version: 5 | 6;
  readonly isRunnable: boolean;
  create(options: object): AnyKeyv;
}

export const versions: readonly KeyvVersion[] = [
  { version: 5, isRunnable: true, create: (options) => new Keyv5(options) as AnyKeyv },
  { version: 6, isRunnable: hasKeyv6, create: (options) => new Keyv6(options) as AnyKeyv },
];
