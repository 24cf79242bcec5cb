import type { TableEntry, TableType, Toolkit } from "@store/core";
import { dropTable, listTables, openTable } from "../operations/cataloguing.js";
import type { Dispatcher } from "../protocol/dispatcher.js";
import type { TableNames } from "../protocol/operation.js";
import { indexNames, type Naming, tableNames, typeOf, unescaped } from "./table-names.js";

/** How keys and values are laid out. Another number is another layout. */
const FORMAT = 1;

/**
 * Which tables there are. A catalogue is a hash: a field for each table, its type; and `:format`. It stands in the slot of
 * its tables, so that the script asks it whether a table is there. With a slot for each table there is one for each, and
 * an index of all names that ever were, which asks those: no step can take two slots.
 */
export class Catalogue {
  readonly #naming: Naming;
  readonly #dispatcher: Dispatcher;
  readonly #toolkit: Toolkit;

  constructor(naming: Naming, dispatcher: Dispatcher, toolkit: Toolkit) {
    this.#naming = naming;
    this.#dispatcher = dispatcher;
    this.#toolkit = toolkit;
  }

  /** The table, made if it isn't there. */
  async open(
    domain: string,
    name: string,
    wanted: TableType,
  ): Promise<{ readonly type: TableType; readonly names: TableNames }> {
    if (this.#naming.slots === "table") {
      await this.#dispatcher.sendAlone(openTable(indexNames(this.#naming, domain, name)));
    }
    const names = tableNames(this.#naming, domain, name, wanted);
    const { format, type: number } = await this.#dispatcher.sendAlone(openTable(names));
    const type = typeOf(number);
    if (format !== FORMAT || type === undefined) {
      throw this.#toolkit.error(
        "STORE_NEWER_FORMAT",
        `the keys have format ${format}, type ${number}; this version knows format ${FORMAT}`,
      );
    }
    return { type, names: { ...names, type: number } };
  }

  async list(domain: string): Promise<readonly TableEntry[]> {
    const fields = await this.#fields(indexNames(this.#naming, domain));
    if (this.#naming.slots === "domain") return entriesOf(fields);
    const each = entriesOf(fields).map(({ name }) =>
      this.#fields(tableNames(this.#naming, domain, name, "set")),
    );
    return (await Promise.all(each)).flatMap(entriesOf);
  }

  /** Whether it was there. */
  async drop(domain: string, name: string): Promise<boolean> {
    return this.#dispatcher.sendAlone(dropTable(tableNames(this.#naming, domain, name, "set")));
  }

  #fields(names: TableNames): Promise<[name: string, value: string][]> {
    return this.#dispatcher.send(listTables(names));
  }
}

function entriesOf(fields: readonly (readonly [string, string])[]): TableEntry[] {
  return fields.flatMap(([field, value]) => {
    const type = field.includes(":") ? undefined : typeOf(Number(value.charAt(0)));
    return type === undefined ? [] : [{ name: unescaped(field), type }];
  });
}
