import type { Mode } from "../adapter/mode.js";
import { TABLE_TYPES } from "../adapter/table-check.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { MigrationOptions } from "../migration/domain-copy.js";
import { checkSchema } from "../table/schema.js";
import type { TableSettings } from "./table-slot.js";

/** The mode that the user asked for. */
export function checkMode(mode: unknown): Mode | undefined {
  if (mode === undefined || mode === "sync" || mode === "async") return mode;
  throw new Refusal("STORE_INVALID_OPTIONS", `mode is "sync" or "async"; got ${describe(mode)}`);
}

/** Whether domains must be configured. */
export function checkStrictDomains(strict: unknown): boolean {
  if (strict === undefined || typeof strict === "boolean") return strict === true;
  throw new Refusal("STORE_INVALID_OPTIONS", `strictDomains is a boolean; got ${describe(strict)}`);
}

/** The name of a table, if it is one. */
export function checkTableName(name: unknown): string {
  if (typeof name === "string" && name !== "") return name;
  throw new Refusal(
    "STORE_INVALID_TABLE_NAME",
    `a table's name is a string, not empty; got ${describe(name)}`,
  );
}

/** The settings for what the user passed to `ensureTable`. */
export function tableSettings(options: unknown): TableSettings {
  const { type, schema, expireAfter } = optionsOf(options, TABLE_OPTIONS, "a table");
  const known = TABLE_TYPES.find((candidate) => candidate === type);
  if (type !== undefined && known === undefined) {
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      `type is one of ${TABLE_TYPES.join(", ")}; got ${describe(type)}`,
    );
  }
  return { type: known, schema: checkSchema(schema), expireAfter: checkExpireAfter(expireAfter) };
}

function checkExpireAfter(expireAfter: unknown): number | undefined {
  if (expireAfter === undefined) return undefined;
  if (typeof expireAfter === "number" && expireAfter > 0 && Number.isFinite(expireAfter)) {
    return expireAfter;
  }
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `expireAfter is a number of milliseconds above 0; got ${describe(expireAfter)}`,
  );
}

/** The options of a migration or a copy. */
export function progressOf(options: unknown): MigrationOptions["onProgress"] {
  const { onProgress } = optionsOf(options, MIGRATION_OPTIONS, "a migration");
  if (onProgress === undefined || typeof onProgress === "function") {
    return onProgress as MigrationOptions["onProgress"];
  }
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `onProgress is a function; got ${describe(onProgress)}`,
  );
}

const TABLE_OPTIONS = ["type", "schema", "expireAfter"];
const MIGRATION_OPTIONS = ["onProgress"];

/** The options that `what` has, each read once. */
function optionsOf(
  options: unknown,
  names: readonly string[],
  what: string,
): Readonly<Record<string, unknown>> {
  if (options === undefined) return {};
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      `expected { ${names.map((name) => `${name}?`).join(", ")} }; got ${describe(options)}`,
    );
  }
  const unknown = Object.keys(options).find((given) => !names.includes(given));
  if (unknown !== undefined) {
    throw new Refusal("STORE_INVALID_OPTIONS", `${what} has no option ${describe(unknown)}`);
  }
  return { ...options };
}
