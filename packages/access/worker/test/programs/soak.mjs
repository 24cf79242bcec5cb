// @ts-check
/**
 * Reads a table that its owner writes at full speed, and compares each record with what the owner says: before it begins
 * with a version of a key, and once that is done.
 */
import { parentPort, workerData } from "node:worker_threads";
import { attachStore } from "../../dist/index.js";
import { isAt, KEYS, STEADY, steadyKey } from "./soak-model.mjs";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
const { ticket, type, begun, done, control, reads, seconds, seed } = workerData;
const table = attachStore(ticket).ensureTable("d", "t", { type });

let state = seed;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

/** Lookups between two pairs, or walks. */
const LOOKUPS = 20;

let count = 0;
/** @type {string | undefined} */
let wrong;
/** @param {number} key @param {any[]} records @param {number} least */
const compare = (key, records, least) => {
  count++;
  const most = Atomics.load(begun, key);
  if (!isAt(type, key, records, least, most)) {
    wrong ??= `key ${key}, versions ${least} to ${most}: ${JSON.stringify(records).slice(0, 300)}`;
  }
};

const end = performance.now() + 1e3 * seconds;
while (count < reads && wrong === undefined && performance.now() < end) {
  // A walk takes as long as a hundred of these.
  for (let index = 0; index < LOOKUPS && wrong === undefined; index++) {
    const key = Math.floor(random() * KEYS);
    const least = Atomics.load(done, key);
    compare(key, table.lookup(key), least);
  }
  const key = Math.floor(random() * KEYS);
  if (random() < 0.95) {
    // Both of a pair are written at once: the one that is read later isn't older.
    const first = key & ~1;
    const leasts = [Atomics.load(done, first), Atomics.load(done, first + 1)];
    const [a, b] = [table.lookup(first), table.lookup(first + 1)];
    compare(first, a, /** @type {number} */ (leasts[0]));
    compare(first + 1, b, /** @type {number} */ (leasts[1]));
    if (type === "set" && a.length > 0 && b.length > 0 && a[0][1] > b[0][1]) {
      wrong ??= `half a batch: ${JSON.stringify([a, b]).slice(0, 300)}`;
    }
  } else {
    const leasts = Int32Array.from({ length: KEYS }, (_, each) => Atomics.load(done, each));
    /** @type {Set<unknown>} */
    const seen = new Set();
    let last = -1;
    /** @type {Map<number, any[]>} */
    const found = new Map();
    for (const record of table.records()) {
      const [at] = /** @type {[number]} */ (record);
      if (type === "ordered_set" && at <= last) wrong ??= `${at} after ${last}`;
      last = at;
      if (type !== "bag" && seen.has(at)) wrong ??= `${at} twice`;
      seen.add(at);
      if (at >= KEYS) continue;
      count++;
      found.set(at, [...(found.get(at) ?? []), record]);
    }
    for (let each = 0; each < STEADY; each++) {
      if (!seen.has(steadyKey(each))) wrong ??= `steady key ${each} missed`;
    }
    if (type !== "bag") {
      for (const [at, records] of found) {
        count--;
        compare(at, records, /** @type {number} */ (leasts[at]));
      }
    }
  }
}
Atomics.add(control, 0, 1);
port.postMessage({ count, wrong });
