import { batchSql } from "./batch-function.js";
import { alive, type Names } from "./names.js";
import { UPSERTS } from "./upserts.js";

/** The statements that make the functions: what takes several steps in the database, in one round trip. */
export function functionsSql(names: Names): string[] {
  return [
    integerKeySql(names),
    countedSql(names),
    lastNumberSql(names),
    appendSql(names),
    batchSql(names),
  ];
}

/** The bytes of `encodeKey` of a safe integer from 1 on: the tag with the number of bytes, and four times the number. */
function integerKeySql(names: Names): string {
  return `CREATE OR REPLACE FUNCTION ${names.integerKey}(number bigint) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $function$
DECLARE
  digits text := to_hex(number * 4);
BEGIN
  digits := repeat('0', length(digits) % 2) || digits;
  RETURN decode(to_hex(46 + length(digits) / 2) || digits, 'hex');
END
$function$`;
}

/** A body with a slot counted; NULL where the slot holds no integer, or the result is none that is safe. */
function countedSql(names: Names): string {
  return `CREATE OR REPLACE FUNCTION ${names.counted}(
  body bytea, "position" integer, increment bigint, threshold bigint, set_value bigint
) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE AS $function$
DECLARE
  start integer := 2 + 8 * ("position" - 2);
  number bigint;
BEGIN
  IF get_byte(body, 0) < "position" - 1 THEN RETURN NULL; END IF;
  number := ('x' || encode(substring(body FROM start FOR 8), 'hex'))::bit(64)::bigint;
  IF number < -9007199254740991 THEN RETURN NULL; END IF;
  number := number + increment;
  IF increment >= 0 AND number > threshold OR increment < 0 AND number < threshold THEN
    number := set_value;
  END IF;
  IF number NOT BETWEEN -9007199254740991 AND 9007199254740991 THEN RETURN NULL; END IF;
  RETURN overlay(body PLACING int8send(number) FROM start FOR 8);
END
$function$`;
}

/**
 * The last number under a prefix, 0 without one. `lead` and `tail` are the bytes of a key before and behind its
 * number. Keys that are longer, or end otherwise, lead on to the number below them, one step each.
 */
function lastNumberSql(names: Names): string {
  return `CREATE OR REPLACE FUNCTION ${names.lastNumber}(id integer, lead bytea, tail bytea) RETURNS bigint
LANGUAGE plpgsql STABLE AS $function$
DECLARE
  lowest bytea := lead || '\\x2f'::bytea;
  beyond bytea := lead || '\\x357ffffffffffffd'::bytea;
  found_key bytea;
  width integer;
  number bigint;
BEGIN
  LOOP
    SELECT r.key INTO found_key FROM ${names.entry} AS r
      WHERE r.table_id = id AND r.key >= lowest AND r.key < beyond AND ${alive("r")}
      ORDER BY r.key DESC LIMIT 1;
    IF NOT FOUND THEN RETURN 0; END IF;
    width := get_byte(found_key, length(lead)) - 46;
    number := ('x' || lpad(encode(substring(found_key FROM length(lead) + 2 FOR width), 'hex'), 16, '0'))
      ::bit(64)::bigint / 4;
    beyond := lead || ${names.integerKey}(number) || tail;
    IF found_key = beyond OR EXISTS (
      SELECT FROM ${names.entry} AS r
        WHERE r.table_id = id AND r.key = beyond AND ${alive("r")}
    ) THEN
      RETURN number;
    END IF;
  END LOOP;
END
$function$`;
}

/** Adds the record with the next number, and returns that; NULL past the last safe integer. */
function appendSql(names: Names): string {
  return `CREATE OR REPLACE FUNCTION ${names.append}(
  id integer, lead bytea, tail bytea, content bytea, moment double precision
) RETURNS double precision
LANGUAGE plpgsql AS $function$
DECLARE
  number bigint;
BEGIN
  LOOP
    number := ${names.lastNumber}(id, lead, tail) + 1;
    IF number > 9007199254740991 THEN RETURN NULL; END IF;
    INSERT INTO ${names.entry} AS r (table_id, key, body, expires_at)
      VALUES (id, lead || ${names.integerKey}(number) || tail, content, moment)
      ${UPSERTS.onlyNew};
    IF FOUND THEN RETURN number; END IF;
  END LOOP;
END
$function$`;
}
