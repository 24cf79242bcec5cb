import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Adapter, AdapterTable, TableEntry, TableType, Toolkit } from "@store/core";
import { create, Ledger, read, type Write } from "./ledger.js";
import { MINIMAL, minimalTable, type Shelf } from "./minimal-adapter.js";

export interface LedgerOptions {
  readonly directory: string;
}

/** How a ledger differs from the right one. Most of these options make it wrong. */
export interface Traits {
  /** Makes this process the owner; undefined if another is. Default: there are no owners. */
  claim?(directory: string): (() => void) | undefined;
  /** Which writes wait in memory until `sync` and `close`. */
  waits?(write: Write): boolean;
  readonly sync?: "does nothing";
  readonly close?: "writes nothing";
  /** Splits a write into several. */
  split?(write: Write): readonly Write[];
}

/** Durable tables, each a {@link Ledger}. */
export function ledgerAdapter(traits: Traits = {}): Adapter<LedgerOptions, "sync", LedgerOptions> {
  return ledgers(false, (directory, type, toolkit) => {
    const release = traits.claim === undefined ? () => {} : traits.claim(directory);
    if (release === undefined) throw toolkit.error("STORE_LOCKED", "another has it");
    const waiting: Write[] = [];
    const { table, ledger } = openLedger(directory, type, toolkit);
    ledger.refresh();

    function flush(): void {
      for (const write of waiting.splice(0)) ledger.append(write);
    }

    function write(...write: Write): unknown {
      for (const part of traits.split?.(write) ?? [write]) {
        if (traits.waits?.(part)) waiting.push(part);
        else ledger.append(part);
      }
      return apply(table, write);
    }

    return {
      ...table,
      lookup: (key) => structuredClone(table.lookup(key)),
      insertMany: (records) => void write("insertMany", records),
      delete: (key) => void write("delete", key),
      deleteObjects: (records) => write("deleteObjects", records) as number,
      deleteAllObjects: () => void write("deleteAllObjects"),
      sync() {
        if (traits.sync === undefined) flush();
      },
      close() {
        if (traits.close === undefined) flush();
        release();
      },
    };
  });
}

/**
 * The same, open to all processes at once.
 * @param seesOthers false: not after the table was opened
 * @param counts "blindly": whatever others wrote since it read
 */
export function sharedLedgerAdapter(
  seesOthers = true,
  counts?: "blindly",
): Adapter<LedgerOptions, "sync", LedgerOptions> {
  return ledgers(true, (directory, type, toolkit) => {
    const { table, ledger } = openLedger(directory, type, toolkit);
    ledger.refresh();
    const refresh = () => {
      if (seesOthers) ledger.refresh();
    };

    function reading<A extends readonly unknown[], T>(
      method: (...args: A) => T,
    ): (...args: A) => T {
      return (...args) => {
        refresh();
        return method(...args);
      };
    }

    /** Writes what `decide` returns; decides again when another process was faster. */
    function change<T>(plan: () => readonly [result: T, write?: Write]): T {
      for (;;) {
        ledger.refresh();
        const [result, write] = plan();
        if (write === undefined) return result;
        if (ledger.append(write)) {
          apply(table, write);
          return result;
        }
      }
    }

    const first = reading(table.first);
    const next = reading(table.next);
    const lookup = reading((key: Parameters<typeof table.lookup>[0]) =>
      structuredClone(table.lookup(key)),
    );
    return {
      ...table,
      lookup,
      first,
      next,
      last: reading(table.last),
      prev: reading(table.prev),
      size: reading(table.size),
      insertMany: (records) => change(() => [undefined, ["insertMany", records]]),
      delete: (key) => change(() => [undefined, ["delete", key]]),
      deleteAllObjects: () => change(() => [undefined, ["deleteAllObjects"]]),
      deleteObjects: (records) =>
        change(() => {
          const gone = records.flatMap((record) =>
            table.lookup(record[0]).filter((other) => toolkit.equalRecords(record, other)),
          );
          return [gone.length, ["deleteObjects", records]];
        }),
      insertNew: (records) =>
        change(() =>
          records.some(([key]) => table.lookup(key).length > 0)
            ? [false]
            : [true, ["insertMany", records]],
        ),
      take: (key) => change(() => [table.lookup(key), ["delete", key]]),
      update(key, count) {
        const seen = counts === "blindly" ? lookup(key) : undefined;
        return change(() => {
          const [record] = seen ?? table.lookup(key);
          if (record === undefined) return [undefined];
          const counted = count(record);
          return [counted, ["insertMany", [counted]]];
        });
      },
      *scan() {
        const keys = [];
        for (let key = first(); key !== undefined; key = next(key)) keys.push(key);
        for (const key of keys) yield* lookup(key);
      },
      sync: () => {},
    };
  });
}

type Opener = (directory: string, type: TableType, toolkit: Toolkit) => AdapterTable<"sync">;

function ledgers(shared: boolean, open: Opener): Adapter<LedgerOptions, "sync", LedgerOptions> {
  return {
    name: "ledger",
    mode: "sync",
    contractVersion: 2,
    capabilities: { ...MINIMAL, durable: true, serializes: true, shared },
    normalizeOptions: ({ directory }) => ({ directory }),
    open: ({ directory }, toolkit) => ({
      openTable(domain, name, type = "set") {
        const table = join(directory, hashOf(domain), hashOf(name));
        mkdirSync(table, { recursive: true });
        writeFileSync(join(table, "name"), JSON.stringify(name));
        return open(table, type, toolkit);
      },
      tables: (domain) => tablesIn(join(directory, hashOf(domain))),
      dropTable(domain, name) {
        const table = join(directory, hashOf(domain), hashOf(name));
        const isThere = existsSync(table);
        rmSync(table, { recursive: true, force: true });
        return isThere;
      },
      close: () => {},
    }),
  };
}

function hashOf(name: string): string {
  return createHash("sha256").update(name, "utf16le").digest("hex");
}

function tablesIn(directory: string): TableEntry[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).map((table) => ({
    name: JSON.parse(readFileSync(join(directory, table, "name"), "utf8")),
    type: read(join(directory, table, "type")) as TableType,
  }));
}

/** What is in a directory. The type is the first thing there. */
function openLedger(directory: string, newType: TableType, toolkit: Toolkit) {
  mkdirSync(directory, { recursive: true });
  create(join(directory, "type"), newType);
  const type = read(join(directory, "type")) as TableType;
  const shelf: Shelf = { type, groups: new Map() };
  const table = minimalTable(shelf, toolkit);
  return { table, ledger: new Ledger(directory, (write) => apply(table, write)) };
}

function apply(table: AdapterTable<"sync">, [method, ...args]: Write): unknown {
  return Reflect.apply(table[method], table, args);
}
