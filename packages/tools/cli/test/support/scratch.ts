import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type StoreRecord, type TableType } from "@store/core";
import { fileAdapter } from "@store/file";
import { onTestFinished } from "vitest";

/** A directory of the test's own, removed at its end. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), "store-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface Filling {
  readonly domain: string;
  readonly name: string;
  readonly type?: TableType;
  readonly records: readonly StoreRecord[];
  readonly expiresAt?: number;
}

/** A data directory with these tables, which nobody owns. */
export function dataDirectory(...fillings: readonly Filling[]): string {
  const dataDir = join(scratch(), "data");
  const store = createStore({ adapter: fileAdapter, options: { dataDir } });
  for (const { domain, name, type = "set", records, expiresAt } of fillings) {
    const options = expiresAt === undefined ? {} : { expiresAt };
    store.ensureTable(domain, name, { type }).insertMany(records, options);
  }
  store.close();
  return dataDir;
}
