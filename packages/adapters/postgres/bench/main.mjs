// @ts-check
/**
 * Each operation beside its SQL statement, sent by hand through `pg` on the same pool: with a name, so that the server
 * keeps its plan, and with all values ready as bytes. In turns, in many short rounds of which the best counts: what else the
 * machine does adds to the others. Needs a server (`STORE_POSTGRES_URL`) and the built package; prints the tables of the README.
 */
import { encodeKey } from "@store/codec";
import { createStore } from "@store/core";
import pg from "pg";
import { postgresAdapter } from "../dist/index.js";

const URL = process.env.STORE_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
const SCHEMA = `bench_${process.pid}`;
const ENTRY = `${SCHEMA}.store_entry`;
const ITEM = `${SCHEMA}.store_item`;
const ROUNDS = 60;
const CALLS = 8;
const CALLERS = 64;
const BODY = bodyOf(7);

const pool = new pg.Pool({ connectionString: URL, max: 10 });
let sent = 0;
pool.on("acquire", () => {
  sent++;
});

const store = createStore({
  adapter: postgresAdapter,
  options: { client: pool, schema: SCHEMA },
});
const set = await store.ensureTable("bench", "set");
const other = await store.ensureTable("bench", "other");
const log = await store.ensureTable("bench", "log", { type: "ordered_set" });
const bag = await store.ensureTable("bench", "bag", { type: "bag" });

/** What a body is for the records here, `[key, number, "text"]`: a slot, and the canonical rest. */
function bodyOf(/** @type {number} */ number) {
  const bytes = Buffer.from("01000000000000000008 0103d00084".replaceAll(" ", ""), "hex");
  bytes.writeBigInt64BE(BigInt(number), 1);
  return Buffer.concat([bytes, Buffer.from("text")]);
}

let names = 0;
/** @returns {(values: unknown[]) => Promise<pg.QueryResult>} */
function statement(/** @type {string} */ text) {
  const name = `bare_${++names}`;
  return (values) => pool.query({ name, text, values });
}

const FILLED = 10_000;
for (let start = 0; start < FILLED; start += 1_000) {
  const records = Array.from({ length: 1_000 }, (_, index) => [`k${start + index}`, 7, "text"]);
  await set.insertMany(/** @type {any} */ (records));
  await log.insertMany(
    /** @type {any} */ (records.map(([, n, t], index) => [start + index, n, t])),
  );
}
await pool.query(
  `INSERT INTO ${ENTRY} SELECT -1, key, body, NULL FROM ${ENTRY} WHERE table_id = (SELECT min(table_id) FROM ${ENTRY});
   INSERT INTO ${ENTRY} SELECT -2, key, body, NULL FROM ${ENTRY} WHERE table_id = (SELECT max(table_id) FROM ${ENTRY});
   ANALYZE ${ENTRY}`,
);

let at = 0;
const key = () => {
  at += 7;
  return `k${at % FILLED}`;
};
const fresh = () => `new${at++}`;
const UPSERT =
  "ON CONFLICT (table_id, key) DO UPDATE SET body = EXCLUDED.body, expires_at = EXCLUDED.expires_at";

const lookupBare = statement(`SELECT body FROM ${ENTRY} WHERE table_id = -1 AND key = $1`);
const insertBare = statement(`INSERT INTO ${ENTRY} VALUES (-1, $1, $2, NULL) ${UPSERT}`);
const insertNewBare = statement(
  `INSERT INTO ${ENTRY} VALUES (-1, $1, $2, NULL) ON CONFLICT DO NOTHING`,
);
const takeBare = statement(`DELETE FROM ${ENTRY} WHERE table_id = -1 AND key = $1 RETURNING body`);
const replaceBare = statement(
  `UPDATE ${ENTRY} SET body = $3 WHERE table_id = -1 AND key = $1 AND body = $2`,
);
const countBare = statement(
  `SELECT count(*) FROM ${ENTRY} WHERE table_id = -2 AND key >= $1 AND key < $2`,
);
const rangeBare = statement(`DELETE FROM ${ENTRY} WHERE table_id = -2 AND key >= $1 AND key < $2`);
const manyBare = statement(`SELECT key, body FROM ${ENTRY} WHERE table_id = -1 AND key = ANY ($1)`);
await pool.query(
  `CREATE TABLE ${SCHEMA}.counts (key bytea PRIMARY KEY, n bigint NOT NULL);
   CREATE TABLE ${SCHEMA}.log (n bigserial PRIMARY KEY, body bytea NOT NULL)`,
);
const counterBare = statement(
  `INSERT INTO ${SCHEMA}.counts AS c VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = c.n + 1 RETURNING n`,
);
const appendBare = statement(`INSERT INTO ${SCHEMA}.log (body) VALUES ($1) RETURNING n`);
const bagBare = statement(
  `INSERT INTO ${ITEM} (table_id, key, digest, copy, body) VALUES (-1, $1, $2, 0, $3) ON CONFLICT DO NOTHING`,
);

/** A batch by hand: a transaction of as many statements. */
async function batchBare() {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query({
      name: "b1",
      text: `INSERT INTO ${ENTRY} VALUES (-1, $1, $2, NULL)`,
      values: [encodeKey(fresh()), BODY],
    });
    await client.query({
      name: "b2",
      text: `INSERT INTO ${ENTRY} VALUES (-1, $1, $2, NULL) ${UPSERT}`,
      values: [encodeKey(key()), BODY],
    });
    await client.query({
      name: "b3",
      text: `INSERT INTO ${SCHEMA}.counts AS c VALUES ($1, 1) ON CONFLICT (key) DO UPDATE SET n = c.n + 1`,
      values: [encodeKey("batch")],
    });
    await client.query("COMMIT");
  } finally {
    client.release();
  }
}

async function manyRowsBare() {
  const values = [];
  const rows = [];
  for (let index = 0; index < 1_000; index++) {
    values.push(encodeKey(key()), BODY);
    rows.push(`(-1, $${2 * index + 1}, $${2 * index + 2}, NULL)`);
  }
  await pool.query(`INSERT INTO ${ENTRY} VALUES ${rows.join(",")} ${UPSERT}`, values);
}

/**
 * Name, calls of ours, calls by hand.
 * @type {[string, () => Promise<unknown>, () => Promise<unknown>, number?][]}
 */
const OPERATIONS = [
  ["lookup", () => set.lookup(key()), () => lookupBare([encodeKey(key())])],
  ["member", () => set.member(key()), () => lookupBare([encodeKey(key())])],
  ["insert", () => set.insert([key(), 7, "text"]), () => insertBare([encodeKey(key()), BODY])],
  [
    "insertNew",
    () => set.insertNew([fresh(), 7, "text"]),
    () => insertNewBare([encodeKey(fresh()), BODY]),
  ],
  [
    "insertMany of 1,000",
    () =>
      set.insertMany(/** @type {any} */ (Array.from({ length: 1_000 }, () => [key(), 7, "text"]))),
    manyRowsBare,
    1,
  ],
  [
    "lookupMany of 100",
    () => set.lookupMany(Array.from({ length: 100 }, key)),
    () => manyBare([Array.from({ length: 100 }, () => Buffer.from(encodeKey(key())))]),
    3,
  ],
  ["take", () => set.take(fresh()), () => takeBare([encodeKey(fresh())])],
  [
    "replace",
    () => set.replace([key(), 7, "text"], [`k${at % FILLED}`, 7, "text"]),
    () => replaceBare([encodeKey(key()), BODY, BODY]),
  ],
  ["updateCounter", () => set.updateCounter("n", 1, ["n", 0]), () => counterBare([encodeKey("n")])],
  [
    "deleteObject",
    () => set.deleteObject([fresh(), 7, "text"]),
    () => takeBare([encodeKey(fresh())]),
  ],
  [
    "count of 100",
    () => log.count({ gte: 500, lt: 600 }),
    () => countBare([encodeKey(500), encodeKey(600)]),
  ],
  [
    "deleteRange",
    () => log.deleteRange({ gte: 20_000, lt: 20_100 }),
    () => rangeBare([encodeKey(20_000), encodeKey(20_100)]),
  ],
  ["append", () => log.append(["log"], 7, "text"), () => appendBare([BODY])],
  [
    "bag insert",
    () => bag.insert([key(), at, "text"]),
    () => bagBare([encodeKey(key()), encodeKey(at), BODY]),
  ],
  [
    "batch of three over two tables",
    () =>
      store
        .batch()
        .insertNew(set, [fresh(), 7, "text"])
        .insert(set, [key(), 7, "text"])
        .updateCounter(other, "n", 1, ["n", 0])
        .commit(),
    batchBare,
  ],
];

/** @param {() => Promise<unknown>} call */
async function time(call, /** @type {number} */ calls) {
  const begin = performance.now();
  for (let index = 0; index < calls; index++) await call();
  return ((performance.now() - begin) / calls) * 1_000;
}

/** So long, in milliseconds, that the first operation isn't the one whose code is compiled meanwhile. */
const WARM_UP = 200;

async function warmUp(/** @type {() => Promise<unknown>} */ call) {
  for (const end = performance.now() + WARM_UP; performance.now() < end; ) await call();
}

console.log("| operation | round trips | µs | by hand, µs | ratio |\n|---|---|---|---|---|");
for (const [name, ours, bare, calls = CALLS] of OPERATIONS) {
  await warmUp(ours);
  await warmUp(bare);
  sent = 0;
  await ours();
  const trips = sent;
  /** @type {number[]} */ const mine = [];
  /** @type {number[]} */ const theirs = [];
  for (let round = 0; round < ROUNDS; round++) {
    // Who goes first in a round has no advantage over all rounds.
    const both = [
      () => time(ours, calls).then((us) => mine.push(us)),
      () => time(bare, calls).then((us) => theirs.push(us)),
    ];
    for (const measure of round % 2 === 0 ? both : both.reverse()) await measure();
  }
  const [a, b] = [Math.min(...mine), Math.min(...theirs)];
  console.log(
    `| \`${name}\` | ${trips} | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(a / b).toFixed(2)} |`,
  );
}

/** Calls a second of many callers at once. */
async function throughput(/** @type {() => Promise<unknown>} */ call) {
  const end = performance.now() + 250;
  let calls = 0;
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (performance.now() < end) {
        await call();
        calls++;
      }
    }),
  );
  return (calls / (performance.now() - begin)) * 1_000;
}

console.log(
  `\n| ${CALLERS} callers at once | calls a second | by hand | ratio |\n|---|---|---|---|`,
);
for (const [name, ours, bare] of OPERATIONS.filter(([name]) =>
  ["lookup", "insert"].includes(name),
)) {
  await throughput(ours);
  const mine = [];
  const theirs = [];
  for (let round = 0; round < 20; round++) {
    mine.push(await throughput(ours));
    theirs.push(await throughput(bare));
  }
  const [a, b] = [Math.max(...mine), Math.max(...theirs)];
  console.log(`| \`${name}\` | ${a.toFixed(0)} | ${b.toFixed(0)} | ${(a / b).toFixed(2)} |`);
}

await store.close();
await pool.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
await pool.end();
