import type { TableType } from "@store/core";
import type { TableNames } from "../protocol/operation.js";
import { TYPE } from "../script/codes.js";

/** What the names of keys are made of. */
export interface Naming {
  readonly prefix: string;
  readonly slots: "domain" | "table";
}

/** Records, order, moments, distinct. */
const PARTS = ["r", "o", "m", "d"];

/** How the keys of a table are named. What stands in braces decides about their slot. */
export function tableNames(
  naming: Naming,
  domain: string,
  table: string,
  type: TableType,
): TableNames {
  const name = escaped(table);
  const slot = naming.slots === "domain" ? escaped(domain) : `${escaped(domain)}:${name}`;
  const catalogue = `${naming.prefix}:{${slot}}`;
  const keys = PARTS.map((part) => `${catalogue}:${name}:${part}`);
  const aside = keys.map((key) => `${key}~`);
  return { name, type: TYPE[type], catalogue, keys: [...keys, ...aside], hasMoments: false };
}

/** Where the names of a domain's tables are; with a slot for each table, of all that ever were. */
export function indexNames({ prefix, slots }: Naming, domain: string, table = "t"): TableNames {
  const names = tableNames({ prefix, slots: "domain" }, domain, table, "set");
  return slots === "domain" ? names : { ...names, catalogue: `${names.catalogue}:tables` };
}

/** What the names of all catalogues match, and of little else. */
export function catalogueGlob({ prefix, slots }: Naming): string {
  const literal = prefix.replace(/[\\*?[\]]/g, "\\$&");
  return `${literal}:{*}${slots === "domain" ? "" : ":tables"}`;
}

/** The domains that some of these are the catalogues of. */
export function domainsOf(naming: Naming, names: readonly string[]): string[] {
  const start = naming.prefix.length + 2;
  const domains = names.map((name) => unescaped(name.slice(start, name.indexOf("}", start))));
  return domains.filter((domain, at) => indexNames(naming, domain).catalogue === names[at]);
}

/** A name that is ASCII without anything that means something in a key: each other code unit in hexadecimal. */
export function escaped(name: string): string {
  return name.replace(/[^\w.-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The name that {@link escaped} made this of. */
export function unescaped(name: string): string {
  return name.replace(/%(....)/g, (_match, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** The type for its number; undefined for one that isn't known. */
export function typeOf(number: number): TableType | undefined {
  return (Object.keys(TYPE) as TableType[]).find((type) => TYPE[type] === number);
}
