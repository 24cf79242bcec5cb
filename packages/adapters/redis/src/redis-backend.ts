import type { AdapterBackend, BatchOperation, TableEntry, TableType, Toolkit } from "@store/core";
import { transact } from "./batch/batch.js";
import type { Connection } from "./connection/connection.js";
import type { NormalizedOptions } from "./options.js";
import { Dispatcher } from "./protocol/dispatcher.js";
import { Catalogue } from "./tables/catalogue.js";
import { Purger } from "./tables/purger.js";
import { RedisTable } from "./tables/redis-table.js";
import { catalogueGlob, domainsOf } from "./tables/table-names.js";

/** Tables in Redis, over one client. */
export class RedisBackend implements AdapterBackend<"async"> {
  readonly #options: NormalizedOptions;
  readonly #connection: Connection;
  readonly #toolkit: Toolkit;
  readonly #dispatcher: Dispatcher;
  readonly #catalogue: Catalogue;
  readonly #purger: Purger;

  constructor(options: NormalizedOptions, connection: Connection, toolkit: Toolkit) {
    this.#options = options;
    this.#connection = connection;
    this.#toolkit = toolkit;
    this.#dispatcher = new Dispatcher(connection, toolkit);
    this.#catalogue = new Catalogue(options, this.#dispatcher, toolkit);
    this.#purger = new Purger(this.#dispatcher);
  }

  async openTable(domain: string, name: string, wanted: TableType = "set"): Promise<RedisTable> {
    const { type, names } = await this.#catalogue.open(domain, name, wanted);
    const table = new RedisTable(type, names, {
      dispatcher: this.#dispatcher,
      connection: this.#connection,
      toolkit: this.#toolkit,
      replicas: this.#options.replicas,
      onClose: () => this.#purger.remove(names),
    });
    this.#purger.add(names);
    return table;
  }

  async tables(domain: string): Promise<readonly TableEntry[]> {
    return this.#catalogue.list(domain);
  }

  /** Asks for the names of all keys: as long as the server has few others. */
  async domains(): Promise<readonly string[]> {
    if (this.#connection.isCluster) {
      throw this.#toolkit.error("STORE_NOT_SUPPORTED", "a cluster has no list of its domains");
    }
    const names = await this.#connection.hashes(catalogueGlob(this.#options));
    const domains = domainsOf(this.#options, names);
    const tables = await Promise.all(domains.map((domain) => this.#catalogue.list(domain)));
    return domains.filter((_, index) => tables[index]?.length !== 0);
  }

  async dropTable(domain: string, name: string): Promise<boolean> {
    return this.#catalogue.drop(domain, name);
  }

  async transact(
    operations: readonly BatchOperation<"async">[],
  ): Promise<readonly unknown[] | undefined> {
    this.#checkSlots(operations);
    return transact(operations, this.#dispatcher, this.#toolkit);
  }

  async close(): Promise<void> {
    this.#purger.stop();
    await this.#dispatcher.settled();
    this.#connection.close();
  }

  /** A cluster has no script over several slots. */
  #checkSlots(operations: readonly BatchOperation<"async">[]): void {
    if (!this.#connection.isCluster) return;
    const names = operations.map(({ table }) => (table as unknown as RedisTable).names);
    const [first] = names;
    const other = names.find(({ catalogue }) => catalogue !== first?.catalogue);
    if (first === undefined || other === undefined) return;
    throw this.#toolkit.error(
      "STORE_NOT_SUPPORTED",
      `in a cluster the tables of a batch share a slot, and those of ${first.catalogue} and ${other.catalogue} don't`,
    );
  }
}
