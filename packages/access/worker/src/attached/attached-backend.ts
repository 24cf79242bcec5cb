import type {
  AdapterBackend,
  AdapterTable,
  BatchOperation,
  TableEntry,
  TableType,
  Toolkit,
} from "@store/core";
import { Caller } from "../channel/caller.js";
import { Arena } from "../memory/arena.js";
import type { OpenedTable } from "../shared/share-store.js";
import { SharedTable } from "../tables/shared-table.js";
import { type AccessRules, placeOf, TableAccess } from "../tables/table-access.js";
import * as header from "../tables/table-header.js";
import { AttachedTable, CONTENDED } from "./attached-table.js";
import type { NormalizedAttachedOptions } from "./options.js";
import { plannedHere } from "./planned-batch.js";
import { sent } from "./sent-batch.js";

/** After so many tries a read asks the owner, who needs only one. */
const MOST_TRIES = 2_048;

/** The tables of a store in another thread. */
export class AttachedBackend implements AdapterBackend<"sync"> {
  readonly #caller: Caller;
  readonly #toolkit: Toolkit;

  constructor({ ticket, callTimeout }: NormalizedAttachedOptions, toolkit: Toolkit) {
    const { memory, address, state } = ticket;
    this.#toolkit = toolkit;
    this.#caller = new Caller(arenaOf(memory), { address, state }, callTimeout, toolkit);
    this.#caller.check();
    this.#caller.checkCircle();
  }

  openTable(domain: string, name: string, type: TableType | undefined): AdapterTable<"sync"> {
    const opened = this.#caller.call<OpenedTable>(["openTable", domain, name, type], true);
    const local = opened.address === 0 ? undefined : this.#local(opened);
    return new AttachedTable(this.#caller, opened, local, this.#toolkit);
  }

  tables(domain: string): TableEntry[] {
    return this.#caller
      .call<[name: string, type: TableType][]>(["tables", domain], false)
      .map(([name, type]) => ({ name, type }));
  }

  domains(): readonly string[] {
    return this.#caller.call(["domains"], false);
  }

  dropTable(domain: string, name: string): boolean {
    return this.#caller.call(["dropTable", domain, name], true);
  }

  /** The owner does all of it. What a schema revises is planned here, and done there if nothing has changed meanwhile. */
  transact(operations: readonly BatchOperation<"sync">[]): readonly unknown[] | undefined {
    const isRevised = operations.some(
      (operation) => "revise" in operation && operation.revise !== undefined,
    );
    if (isRevised) return plannedHere(this.#caller, operations, this.#toolkit);
    return this.#caller.call(["transact", ...operations.map(sent)], true);
  }

  /** The owner's tables stay open: others may have them. */
  close(): void {}

  #local({ address, openState }: OpenedTable): SharedTable {
    const { arena } = this.#caller;
    arena.refresh();
    const rules: AccessRules = {
      closed: (status) => {
        this.#caller.check();
        if (status === header.IS_STORE_CLOSED) {
          return this.#toolkit.error(
            "STORE_UNAVAILABLE",
            "the store was closed by the thread that owns it",
          );
        }
        const what = status === header.IS_DROPPED ? "dropped" : "closed, or dropped,";
        return this.#toolkit.error(
          "STORE_TABLE_CLOSED",
          `the table was ${what} in the thread that owns it`,
        );
      },
      look: (tries) => {
        this.#caller.check();
        if (tries >= MOST_TRIES) throw CONTENDED;
      },
    };
    const place = placeOf(arena, address, false);
    place.openState = openState;
    return new SharedTable(new TableAccess(arena, place, rules), address);
  }
}

/** One set of views for all stores of one owner. */
const arenas = new WeakMap<SharedArrayBuffer, Arena>();

function arenaOf(memory: SharedArrayBuffer): Arena {
  let arena = arenas.get(memory);
  if (arena === undefined) {
    arena = new Arena(memory);
    arenas.set(memory, arena);
  }
  // What it knows since another attach may be shorter than what the ticket leads to.
  arena.refresh();
  return arena;
}
