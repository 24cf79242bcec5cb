// @ts-check
/**
 * The model of a table that is written while others read it: what a key holds at each of its versions. A record is compared
 * field by field with little work, so that what readers do is mostly to read.
 */

export const KEYS = 96;
/** Keys between which the others come and go, never written after the first time. */
export const STEADY = 64;
/** So many texts, of as many lengths, one after the other; the numbers beside them tell the versions apart. */
const TEXTS = Array.from({ length: 61 }, (_, index) =>
  String.fromCharCode(65 + (index % 26), 97 + (index % 23)).repeat(1 + index),
);

/** @param {number} index */
export const steadyKey = (index) => KEYS + index * 3;

/** What a record of a version looks like: nothing of it fits another version. @param {number} key @param {number} version */
export function recordOf(key, version) {
  const text = /** @type {string} */ (TEXTS[version % TEXTS.length]);
  return /** @type {[number, number, string, object]} */ ([
    key,
    version,
    text,
    { version, parts: [key, version] },
  ]);
}

/** @param {number} key @param {any} record */
function isRecord(key, record) {
  const [own, version, text, { version: again, parts }] = record;
  return (
    record.length === 4 &&
    own === key &&
    text === TEXTS[version % TEXTS.length] &&
    again === version &&
    parts.length === 2 &&
    parts[0] === key &&
    parts[1] === version
  );
}

/** Versions whose key holds nothing: pairs of a set are always there. @param {string} type @param {number} version */
export function isEmptyAt(type, version) {
  return version === 0 || (type !== "set" && version % 4 === 0);
}

/**
 * Whether these may be the records of a key at one of the versions from `least` to `most`.
 * @param {string} type @param {number} key @param {any[]} records @param {number} least @param {number} most
 */
export function isAt(type, key, records, least, most) {
  const last = records[records.length - 1];
  if (last === undefined) {
    for (let version = least; version <= most; version++) if (isEmptyAt(type, version)) return true;
    return false;
  }
  const version = last[1];
  if (version < least || version > most || isEmptyAt(type, version)) return false;
  const expected = type === "bag" ? version % 4 : 1;
  if (records.length !== expected) return false;
  for (let index = 0; index < expected; index++) {
    const record = records[index];
    if (record[1] !== version - expected + 1 + index || !isRecord(key, record)) return false;
  }
  return true;
}
