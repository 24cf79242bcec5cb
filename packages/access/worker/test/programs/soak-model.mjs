// @ts-check
/** The model of a table that is written while others read it: what a key holds at each of its versions. */

export const KEYS = 96;
/** Keys between which the others come and go, never written after the first time. */
export const STEADY = 64;

/** @param {number} index */
export const steadyKey = (index) => KEYS + index * 3;

/** What a record of a version looks like: nothing of it fits another version. @param {number} key @param {number} version */
export function recordOf(key, version) {
  const text = `${key}:${version};`.repeat(1 + (version % 13));
  return /** @type {[number, number, string, object]} */ ([
    key,
    version,
    text,
    { version, parts: [key, version] },
  ]);
}

/** @param {number} key @param {unknown} record */
function isRecord(key, record) {
  const version = /** @type {any[]} */ (record)[1];
  return JSON.stringify(record) === JSON.stringify(recordOf(key, version));
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
  const last = records.at(-1);
  if (last === undefined) {
    for (let version = least; version <= most; version++) if (isEmptyAt(type, version)) return true;
    return false;
  }
  const version = last[1];
  if (version < least || version > most || isEmptyAt(type, version)) return false;
  const expected = type === "bag" ? version % 4 : 1;
  if (records.length !== expected) return false;
  return records.every(
    (record, index) => record[1] === version - expected + 1 + index && isRecord(key, record),
  );
}
