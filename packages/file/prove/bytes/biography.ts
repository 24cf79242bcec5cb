import { createStore, type StoreRecord, type Table, type TableType } from "@store/core";
import { memoryAdapter } from "@store/memory";
import type { Repair } from "../../src/recovery.js";
import { framesOf } from "../../test/support/frame-list.js";
import type { LifeStep } from "../../test/support/life.js";
import { agrees, type Content, contentOf, show } from "./content.js";
import type { Files, Machine } from "./machine.js";

/** What a table held when the changes up to a number had been made. */
export interface Moment {
  readonly sequence: number;
  readonly content: Content;
}

/** Lets a table live, and remembers all that it was. */
export class Biography {
  readonly machine: Machine;
  readonly name: string;
  readonly type: TableType;
  /** In their order. A batch is one change with as many numbers as it has records. */
  readonly moments: Moment[];
  /** The texts of all records that it ever had, for however short a time. */
  readonly records = new Set<string>();
  /** The files of the machine, at several times. */
  readonly past: Files[] = [];
  readonly #model: Table<StoreRecord>;
  #table: Table<StoreRecord>;

  constructor(machine: Machine, name: string, type: TableType) {
    this.machine = machine;
    this.name = name;
    this.type = type;
    this.#model = createStore({ adapter: memoryAdapter }).ensureTable("d", name, { type });
    this.#table = machine.open(name, false, type).table;
    this.moments = [{ sequence: 0, content: new Map() }];
  }

  /** Makes changes. */
  live(steps: readonly LifeStep[]): void {
    for (const { act } of steps) {
      act(this.#table);
      act(this.#model);
      const content = contentOf(this.#model);
      if (!agrees(contentOf(this.#table), content)) throw new Error(`wrong: ${show(content)}`);
      this.moments.push({ sequence: this.#sequence(), content });
      for (const records of content.values()) {
        for (const record of records ?? []) this.records.add(record);
      }
    }
    this.#remember();
  }

  insert(record: StoreRecord): void {
    this.live([{ name: "insert", act: (table) => table.insert(record) }]);
  }

  sync(): void {
    this.#table.sync();
    this.#remember();
  }

  close(): void {
    this.#table.close();
    this.#remember();
  }

  /** Opens it again, in another process. */
  open(repair: Repair = false): void {
    this.machine.kill();
    this.#table = this.machine.open(this.name, repair).table;
    this.#remember();
  }

  /** A write fails: the segment ends, and the next write begins another one. */
  failWrite(): void {
    const { fileSystem } = this.machine;
    fileSystem.fail({ nth: 1, code: "ENOSPC", calls: ["write"] });
    try {
      this.#table.insert(["never", 1]);
      throw new Error("the write did not fail");
    } catch (error) {
      if ((error as { code?: unknown }).code !== "STORE_IO") throw error;
    }
    fileSystem.heal();
  }

  /** Someone tries to open it, comes as far as its manifest, and dies. */
  failToOpen(): void {
    const { machine } = this;
    machine.kill();
    machine.fileSystem.fail({ nth: 2, code: "EIO", calls: ["rename"], lasting: true });
    try {
      machine.open(this.name, false);
      throw new Error("the open did not fail");
    } catch (error) {
      if ((error as { code?: unknown }).code !== "STORE_IO") throw error;
    }
    machine.fileSystem.heal();
    this.#remember();
  }

  /** The number of the last change. */
  #sequence(): number {
    const numbers = [...this.machine.files()]
      .filter(([path]) => path.startsWith(`/data/d/${this.name}/`) && path.endsWith(".log"))
      .flatMap(([, content]) => framesOf(content).map(({ sequence }) => sequence));
    return Math.max(0, ...numbers, this.moments.at(-1)?.sequence ?? 0);
  }

  #remember(): void {
    this.past.push(this.machine.files());
  }
}
