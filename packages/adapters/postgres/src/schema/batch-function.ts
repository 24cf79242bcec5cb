import { alive, begins, type Names } from "./names.js";
import { copyOf, UPSERTS } from "./upserts.js";

/**
 * The function that does a batch: all of it, or nothing. It gets the operations as JSON (`batches/program.ts` makes them),
 * keys and bodies in hexadecimal, and answers with one of
 *
 * - `{"results": [...]}`: what each operation came to;
 * - `{"failed": true}`: a condition doesn't hold;
 * - `{"overflow": at}`: the operation of that number has no next number to append;
 * - `{"missing": at}`: it counts a key that isn't there;
 * - `{"unknown": {"at", "body"}}`, or with `"number"` in the place of `"body"`: what it makes of that can't be computed here.
 *   The caller adds it to what is known, and calls again.
 *
 * 1. Each key that is read or written is locked first, in the order of the keys: so batches don't deadlock, and what a
 *    condition has seen stays so until the end. A key that isn't there is locked by a row that has expired for ever.
 * 2. Where nothing may stay, the inner block is left by an exception: that rolls back all that was done in it.
 */
export function batchSql(names: Names): string {
  const { entry, item } = names;
  return `CREATE OR REPLACE FUNCTION ${names.batch}(locks jsonb, operations jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $function$
DECLARE
  operation jsonb;
  kind text;
  id integer;
  lone_key bytea;
  old_body bytea;
  new_body bytea;
  at integer := -1;
  placeholders bigint;
  changed bigint;
  number bigint;
  counts jsonb;
  step jsonb;
  result jsonb;
  results jsonb := '[]';
  answer jsonb;
BEGIN
  INSERT INTO ${entry} AS r (table_id, key, body, expires_at)
    SELECT (l.value->>0)::integer, decode(l.value->>1, 'hex'), '', '-Infinity'
      FROM jsonb_array_elements(locks) AS l ORDER BY 1, 2
    ON CONFLICT (table_id, key) DO UPDATE SET body = r.body WHERE false;
  GET DIAGNOSTICS placeholders = ROW_COUNT;
  FOR operation IN SELECT o.value FROM jsonb_array_elements(operations) AS o LOOP
    at := at + 1;
    kind := operation->>'kind';
    id := (operation->>'id')::integer;
    lone_key := decode(operation->>'key', 'hex');
    number := NULL;
    result := 'null';
    CASE kind
      WHEN 'insert' THEN
        ${insertRows(names, "set", UPSERTS.replacing)};
      WHEN 'insertNew' THEN
        ${insertRows(names, "set", UPSERTS.onlyNew)};
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed < jsonb_array_length(operation->'rows') THEN
          answer := '{"failed": true}';
        END IF;
        result := 'true';
      WHEN 'insertBag' THEN
        ${insertRows(names, "bag", UPSERTS.bag)};
      WHEN 'insertDuplicates' THEN
        ${insertRows(names, "duplicate_bag", "")};
      WHEN 'free' THEN
        IF EXISTS (
          SELECT FROM ${item} AS r, jsonb_array_elements_text(operation->'keys') AS k
            WHERE r.table_id = id AND r.key = decode(k.value, 'hex') AND ${alive("r")}
        ) THEN
          answer := '{"failed": true}';
        END IF;
      WHEN 'replace' THEN
        UPDATE ${entry} AS r
          SET body = decode(operation->>'body', 'hex'), expires_at = (operation->>'moment')::float8
          WHERE r.table_id = id AND r.key = lone_key
            AND ${begins("r.body", "decode(operation->>'expected', 'hex')")} AND ${alive("r")};
        IF NOT FOUND THEN answer := '{"failed": true}'; END IF;
        result := 'true';
      WHEN 'check' THEN
        SELECT r.body INTO old_body FROM ${entry} AS r
          WHERE r.table_id = id AND r.key = lone_key AND ${alive("r")};
        new_body := decode(operation->>'expected', 'hex');
        IF (old_body IS NULL) <> (new_body IS NULL) OR NOT ${begins("old_body", "new_body")} THEN
          answer := '{"failed": true}';
        END IF;
        result := 'true';
      WHEN 'change', 'count' THEN
        SELECT r.body INTO old_body FROM ${entry} AS r
          WHERE r.table_id = id AND r.key = lone_key AND ${alive("r")};
        IF old_body IS NULL THEN
          IF operation->>'initial' IS NOT NULL THEN
            INSERT INTO ${entry} AS r (table_id, key, body, expires_at) VALUES
              (id, lone_key, decode(operation->>'initial', 'hex'), (operation->>'moment')::float8)
              ${UPSERTS.replacing};
          ELSIF kind = 'count' OR (operation->'refusing')::boolean THEN
            answer := jsonb_build_object('missing', at);
          END IF;
        ELSE
          new_body := decode(operation->'known'->>encode(old_body, 'hex'), 'hex');
          result := to_jsonb(encode(old_body, 'hex'));
          IF new_body IS NULL AND operation->'steps' <> 'null' THEN
            new_body := old_body;
            counts := '[]';
            FOR step IN SELECT s.value FROM jsonb_array_elements(operation->'steps') AS s LOOP
              new_body := ${names.counted}(new_body, (step->>0)::integer, (step->>1)::bigint,
                (step->>2)::bigint, (step->>3)::bigint);
              EXIT WHEN new_body IS NULL;
              counts := counts || to_jsonb(
                ('x' || encode(substring(new_body FROM 2 + 8 * ((step->>0)::integer - 2) FOR 8), 'hex'))
                ::bit(64)::bigint);
            END LOOP;
            result := counts;
          END IF;
          IF new_body IS NULL THEN
            answer := jsonb_build_object('unknown',
              jsonb_build_object('at', at, 'body', encode(old_body, 'hex')));
          ELSIF new_body <> old_body THEN
            UPDATE ${entry} AS r SET body = new_body WHERE r.table_id = id AND r.key = lone_key;
          END IF;
        END IF;
      WHEN 'append' THEN
        new_body := decode(operation->>'body', 'hex');
        IF new_body IS NULL THEN
          number := ${names.lastNumber}(id, decode(operation->>'lead', 'hex'), decode(operation->>'tail', 'hex')) + 1;
          new_body := decode(operation->'known'->>number::text, 'hex');
        END IF;
        IF number > 9007199254740991 THEN
          answer := jsonb_build_object('overflow', at);
        ELSIF new_body IS NULL THEN
          answer := jsonb_build_object('unknown', jsonb_build_object('at', at, 'number', number));
        ELSE
          result := to_jsonb(${names.append}(id, decode(operation->>'lead', 'hex'),
            decode(operation->>'tail', 'hex'), new_body, (operation->>'moment')::float8));
          IF result IS NULL THEN
            answer := jsonb_build_object('overflow', at);
          ELSIF operation->>'body' IS NULL AND result <> to_jsonb(number) THEN
            answer := jsonb_build_object('unknown', jsonb_build_object('at', at, 'number', result));
          END IF;
        END IF;
      WHEN 'delete' THEN
        ${deleteKeys(entry)};
        GET DIAGNOSTICS changed = ROW_COUNT;
        result := to_jsonb(changed);
      WHEN 'deleteItems' THEN
        ${deleteKeys(item)};
        GET DIAGNOSTICS changed = ROW_COUNT;
        result := to_jsonb(changed);
      WHEN 'deleteObjects' THEN
        DELETE FROM ${entry} AS r USING jsonb_array_elements(operation->'rows') AS n
          WHERE r.table_id = id AND r.key = decode(n.value->>0, 'hex')
            AND ${begins("r.body", "decode(n.value->>1, 'hex')")} AND ${alive("r")};
        GET DIAGNOSTICS changed = ROW_COUNT;
        result := to_jsonb(changed);
      WHEN 'deleteEqualItems' THEN
        DELETE FROM ${item} AS r USING jsonb_array_elements(operation->'rows') AS n
          WHERE r.table_id = id AND r.key = decode(n.value->>0, 'hex')
            AND r.digest = decode(n.value->>1, 'hex') AND ${alive("r")};
        GET DIAGNOSTICS changed = ROW_COUNT;
        result := to_jsonb(changed);
      WHEN 'deleteRange' THEN
        ${deleteRange(entry)}
        GET DIAGNOSTICS changed = ROW_COUNT;
        result := to_jsonb(changed);
      WHEN 'deleteAll' THEN
        DELETE FROM ${entry} AS r WHERE r.table_id = id;
      WHEN 'deleteAllItems' THEN
        DELETE FROM ${item} AS r WHERE r.table_id = id;
    END CASE;
    IF answer IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'ST001';
    END IF;
    results := results || jsonb_build_array(result);
  END LOOP;
  IF placeholders > 0 THEN
    DELETE FROM ${entry} AS r USING jsonb_array_elements(locks) AS l
      WHERE r.table_id = (l.value->>0)::integer AND r.key = decode(l.value->>1, 'hex')
        AND r.expires_at = '-Infinity';
  END IF;
  RETURN jsonb_build_object('results', results);
EXCEPTION WHEN SQLSTATE 'ST001' THEN
  RETURN answer;
END
$function$`;
}

/** Inserts `operation->'rows'`: each a key, a body, a moment or null, and in bags the digest of the body. */
function insertRows(
  names: Names,
  type: "set" | "bag" | "duplicate_bag",
  onConflict: string,
): string {
  const inSet = type === "set";
  const columns = inSet ? "" : ", digest, copy";
  const values = inSet ? "" : `, decode(n.value->>3, 'hex'), ${copyOf(type, names)}`;
  return `INSERT INTO ${inSet ? names.entry : names.item} AS r (table_id, key, body, expires_at${columns})
          SELECT id, decode(n.value->>0, 'hex'), decode(n.value->>1, 'hex'), (n.value->>2)::float8${values}
            FROM jsonb_array_elements(operation->'rows') WITH ORDINALITY AS n ORDER BY n.ordinality
          ${onConflict}`;
}

function deleteKeys(relation: string): string {
  return `DELETE FROM ${relation} AS r USING jsonb_array_elements_text(operation->'keys') AS k
          WHERE r.table_id = id AND r.key = decode(k.value, 'hex') AND ${alive("r")}`;
}

/**
 * From the end of the range that is asked for, so that a limit takes the right ones. They are chosen in a part that is
 * evaluated once: as a subquery of the condition it could be evaluated for each row.
 */
function deleteRange(entry: string): string {
  const remove = (order: string) => `WITH chosen AS MATERIALIZED (
            SELECT r.key FROM ${entry} AS r
              WHERE r.table_id = id AND r.key >= decode(operation->>'lower', 'hex')
                AND r.key < decode(operation->>'upper', 'hex') AND ${alive("r")}
              ORDER BY r.key ${order} LIMIT (operation->>'limit')::bigint FOR UPDATE)
          DELETE FROM ${entry} AS r USING chosen WHERE r.table_id = id AND r.key = chosen.key`;
  return `IF (operation->'reverse')::boolean THEN
          ${remove("DESC")};
        ELSE
          ${remove("ASC")};
        END IF;`;
}
