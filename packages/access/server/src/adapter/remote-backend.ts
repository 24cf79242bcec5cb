import type { AdapterBackend, BatchOperation, TableEntry, TableType } from "@store/core";
import { writeOpen } from "../client/open-tables.js";
import { Kind } from "../protocol/kinds.js";
import { readType } from "../protocol/table-types.js";
import { transact } from "./remote-batch.js";
import { type RemoteContext, RemoteTable } from "./remote-table.js";
import { nothing } from "./results.js";

/** The tables of a server, over one client. */
export class RemoteBackend implements AdapterBackend<"async"> {
  readonly #context: RemoteContext;

  constructor(context: RemoteContext) {
    this.#context = context;
  }

  async openTable(domain: string, name: string, type: TableType | undefined): Promise<RemoteTable> {
    const { client } = this.#context;
    const number = client.tables.newNumber();
    const opened = await client.call(
      Kind.OPEN,
      (output) => writeOpen(output, { number, domain, name, type, mustExist: false }),
      (payload) => ({ type: readType(payload) ?? "set", hasSnapshots: payload.boolean() }),
    );
    client.tables.add(number, { domain, name });
    return new RemoteTable(opened, number, this.#context);
  }

  tables(domain: string): Promise<readonly TableEntry[]> {
    return this.#context.client.call(
      Kind.TABLES,
      (output) => output.key(domain),
      (payload) => payload.list(() => ({ name: payload.text(), type: readType(payload) ?? "set" })),
    );
  }

  domains(): Promise<readonly string[]> {
    return this.#context.client.call(Kind.DOMAINS, nothing, (payload) =>
      payload.list(() => payload.text()),
    );
  }

  dropTable(domain: string, name: string): Promise<boolean> {
    return this.#context.client.call(
      Kind.DROP,
      (output) => {
        output.key(domain);
        output.key(name);
      },
      (payload) => payload.boolean(),
    );
  }

  transact(
    operations: readonly BatchOperation<"async">[],
  ): Promise<readonly unknown[] | undefined> {
    const { client, toolkit } = this.#context;
    return transact(client, operations, toolkit);
  }

  close(): Promise<void> {
    return this.#context.client.close();
  }
}
