import { messageOf } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { Isolation } from "../values/isolation.js";
import { ownKey } from "../values/key.js";
import { compareKeys } from "../values/key-order.js";
import type { StoreRecord } from "../values/record.js";

/** What core uses of the Standard Schema interface, version 1 (standardschema.dev): zod, valibot and arktype have it. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What is wrong with a value, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The records that a schema makes. */
export type SchemaRecord<S> =
  S extends StandardSchema<unknown, infer Output> ? Extract<Output, StoreRecord> : never;

/** How records come into a table: checked by its schema if it has one, and copied. */
export interface Intake {
  /** The record to keep for what the user gave. */
  own(record: unknown): StoreRecord;
  /** The record to keep for one that an operation made of records of the table; undefined where that is the record. */
  readonly revise: ((record: StoreRecord) => StoreRecord) | undefined;
}

/**
 * @param isolation the table's
 * @param checkOpen refuses to go on when the schema's code has closed the table
 */
export function intakeOf(
  isolation: Isolation,
  schema: StandardSchema | undefined,
  checkOpen: () => void,
): Intake {
  if (schema === undefined) return { own: isolation.own, revise: undefined };
  const check = (record: readonly unknown[]): StoreRecord => {
    const key = ownKey(record[0]);
    const owned = isolation.own(validated(schema, record));
    if (compareKeys(key, owned[0]) === 0) return owned;
    throw new Refusal("STORE_INVALID_RECORD", "the schema changes the key of the record");
  };
  return {
    own: (record) =>
      Array.isArray(record) && record.length > 0 ? check(record) : isolation.own(record),
    revise: (record) => {
      const revised = check(isolation.release(record.slice() as unknown as StoreRecord));
      checkOpen();
      return revised;
    },
  };
}

function validated(schema: StandardSchema, record: readonly unknown[]): unknown {
  let result: SchemaResult<unknown> | Promise<SchemaResult<unknown>>;
  try {
    result = schema["~standard"].validate(record);
  } catch (error) {
    throw new Refusal("STORE_INVALID_OPERATION", `the schema threw: ${messageOf(error)}`, error);
  }
  if (isThenable(result)) {
    // Nobody will wait for it: a rejection must not end the process.
    result.then(undefined, () => {});
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      "the schema answers with a promise; a write can't wait for one",
    );
  }
  if (result.issues === undefined) return result.value;
  throw new Refusal("STORE_INVALID_RECORD", result.issues.map(issueText).join("; "));
}

function isThenable(result: unknown): result is Promise<unknown> {
  return typeof (result as { then?: unknown } | null)?.then === "function";
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const [first, ...rest] = path.map((segment) =>
    typeof segment === "object" ? segment.key : segment,
  );
  if (first === undefined) return message;
  const at = typeof first === "number" || /^\d+$/.test(String(first)) ? Number(first) + 1 : first;
  return `[${String(at)}]${rest.map(memberText).join("")}: ${message}`;
}

function memberText(name: PropertyKey): string {
  if (typeof name === "number") return `[${name}]`;
  return typeof name === "string" && /^[A-Za-z_$][\w$]*$/.test(name)
    ? `.${name}`
    : `[${typeof name === "string" ? JSON.stringify(name) : String(name)}]`;
}

/** The schema that the user passed, if it is one. */
export function checkSchema(schema: unknown): StandardSchema | undefined {
  if (schema === undefined) return undefined;
  const standard = (Object(schema) as Partial<StandardSchema>)["~standard"];
  if (standard?.version === 1 && typeof standard.validate === "function") {
    return schema as StandardSchema;
  }
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    "schema must have the Standard Schema interface, version 1",
  );
}
