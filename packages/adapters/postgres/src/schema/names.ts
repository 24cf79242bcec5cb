/** What the adapter's things are called in SQL, qualified and quoted. */
export interface Names {
  readonly schema: string;
  readonly format: string;
  readonly tables: string;
  readonly entry: string;
  readonly item: string;
  readonly sequence: string;
  readonly integerKey: string;
  readonly counted: string;
  readonly lastNumber: string;
  readonly append: string;
  readonly batch: string;
}

/**
 * The version of the functions, a part of their names: a newer version of this package brings new ones, and processes
 * that still run this one call theirs.
 */
const FUNCTIONS = 1;

/** The names within a schema, whose name the options have checked. */
export function namesIn(schema: string): Names {
  const quoted = `"${schema}"`;
  const named = (name: string) => `${quoted}.store_${name}`;
  return {
    schema: quoted,
    format: named("format"),
    tables: named("table"),
    entry: named("entry"),
    item: named("item"),
    sequence: named("item_seq"),
    integerKey: named(`integer_key_${FUNCTIONS}`),
    counted: named(`counted_${FUNCTIONS}`),
    lastNumber: named(`last_number_${FUNCTIONS}`),
    append: named(`append_${FUNCTIONS}`),
    batch: named(`batch_${FUNCTIONS}`),
  };
}

/** The server's time, in milliseconds since 1970. */
export const NOW = "(extract(epoch FROM now()) * 1000)::float8";

/** Whether a row hasn't expired. */
export function alive(row: string): string {
  return `(${row}.expires_at IS NULL OR ${row}.expires_at > ${NOW})`;
}

/** Whether it has. */
export function expired(row: string): string {
  return `${row}.expires_at <= ${NOW}`;
}

/** Whether a body begins with a fingerprint, of type bytea, and so is of an equal record. */
export function begins(body: string, fingerprint: string): string {
  return `substring(${body} FROM 1 FOR length(${fingerprint})) = ${fingerprint}`;
}
