// @ts-check
/**
 * What a lookup costs more while nobody listens: tables of memory, bare and observed, in turn in one process. Prints how
 * they compare, and how two bare ones do: what the machine adds by itself. Expects the packages to be built.
 *
 * Other tables of both kinds are used before, as the first one of a process is faster than all that follow.
 */
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { telemetry } from "../dist/index.js";

const RECORDS = 400;
const LOOKUPS = 2_000;
const ROUNDS = 6_000;
const WARM_UP = 1_000;

const keys = Array.from({ length: LOOKUPS }, (_, index) => `key-${(index * 7_919) % RECORDS}`);

/** @param {boolean} isObserved */
function subject(isObserved) {
  const adapter = isObserved ? telemetry(memoryAdapter, {}) : memoryAdapter;
  const table = createStore({ adapter }).ensureTable("domain", "table");
  for (let index = 0; index < RECORDS; index++) table.insert([`key-${index}`, index]);
  // Each has a loop of its own, so that V8 specialises it for its table.
  const run = new Function(
    "table",
    "keys",
    "let n = 0; for (const key of keys) n += table.lookup(key).length; return n;",
  );
  return { table, run, times: new Float64Array(ROUNDS) };
}

for (const isObserved of [false, true, false, true]) {
  const { table, run } = subject(isObserved);
  for (let round = 0; round < 200; round++) run(table, keys);
}

const [bare, observed, bareToo, observedToo] = /** @type {const} */ ([
  false,
  true,
  false,
  true,
]).map(subject);
const subjects = [bare, observed, bareToo, observedToo].map(
  (given) => /** @type {NonNullable<typeof bare>} */ (given),
);

for (let round = 0; round < ROUNDS; round++) {
  for (let index = 0; index < subjects.length; index++) {
    const { table, run, times } = /** @type {ReturnType<typeof subject>} */ (
      subjects[(index + round) % subjects.length]
    );
    const started = process.hrtime.bigint();
    if (run(table, keys) !== LOOKUPS) throw new Error("a lookup found nothing");
    times[round] = Number(process.hrtime.bigint() - started) / LOOKUPS;
  }
}

/** Of each the time that a fifth of the rounds is below: what else runs on the machine only makes rounds slower. */
const [a, b, c, d] = /** @type {[number, number, number, number]} */ (
  subjects.map(({ times }) => times.slice(WARM_UP).sort()[Math.floor((ROUNDS - WARM_UP) / 5)])
);
console.log(
  `a lookup: bare ${a.toFixed(1)} and ${c.toFixed(1)} ns, observed ${b.toFixed(1)} and ${d.toFixed(1)} ns`,
);
console.log(
  `observed / bare: ${((b + d) / (a + c)).toFixed(3)}; bare / bare: ${(c / a).toFixed(3)}`,
);
