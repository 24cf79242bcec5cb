import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Adapter } from "@store/core";
import ts from "typescript";
import { afterAll } from "vitest";
import type { AdapterProcesses, ConformanceOptions } from "../../src/index.js";

const SOURCES = [
  "minimal-adapter",
  "expiring-table",
  "ledger",
  "ledger-adapter",
  "journal-adapter",
  "ledgers",
];

const directory = mkdtempSync(join(tmpdir(), "conformance-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
compile();

/** `ledgers.ts`, compiled so that a process can import it. */
export const LEDGERS = join(directory, "ledgers.js");

/** A module of this text, in the same directory as those. */
export function moduleOf(text: string): string {
  const file = join(directory, `${randomUUID()}.js`);
  writeFileSync(file, text);
  return file;
}

/** For an export of `ledgers.ts` under its name: a directory for each test, and processes. */
export function inProcesses(
  exported: Readonly<Record<string, Adapter>>,
  processes: Partial<AdapterProcesses> = {},
): ConformanceOptions {
  const [[name, adapter] = ["none"]] = Object.entries(exported);
  if (adapter === undefined) throw new Error("an adapter under its name is expected");
  const backends = join(directory, "backends");
  return {
    createAdapter() {
      mkdirSync(backends, { recursive: true });
      return { adapter, options: { directory: mkdtempSync(join(backends, "backend-")) } };
    },
    cleanup: (created) =>
      rmSync(Object(created).options.directory, { recursive: true, force: true }),
    processes: { module: LEDGERS, export: name, timeoutMs: 20_000, ...processes },
  };
}

function compile(): void {
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  for (const source of SOURCES) {
    const text = readFileSync(new URL(`../adapters/${source}.ts`, import.meta.url), "utf8");
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    writeFileSync(join(directory, `${source}.js`), outputText);
  }
}
