import { availableParallelism, loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createStore, type Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { MemberProcess, ownerPid } from "../support/cluster.js";
import { ownDirectory } from "../support/places.js";
import { newSeed, randomOf } from "../support/random.js";

const MEMBERS = 3;
const KILLS = partOf(6, 1_000);
/** Milliseconds within which another process takes over; and on a machine that has far more to do than it can. */
const TAKEOVER = 300;
const SLOW_TAKEOVER = 3_000;
/** Processes that want to run, for each processor. */
const BUSY = 2;

test("owners and clients that are killed at any moment lose nothing, double nothing and halve no batch", {
  timeout: 60_000 * partOf(1, 60),
}, async () => {
  const seed = newSeed();
  console.log(`seed ${seed}`);
  const random = randomOf(seed);
  const dataDir = ownDirectory();
  const all: MemberProcess[] = [];
  const living = new Set<MemberProcess>();
  onTestFinished(async () => {
    await Promise.all([...living].map((member) => member.kill()));
  });
  const start = async () => {
    const member = new MemberProcess(dataDir, `m${all.length}`);
    all.push(member);
    living.add(member);
    await member.ready();
  };
  for (let count = 0; count < MEMBERS; count++) await start();

  const takeovers: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(random() * 60);
    const pid = ownerPid(dataDir);
    const members = [...living];
    const owner = members.find(({ child }) => child.pid === pid);
    const isOwner = owner !== undefined && random() < 0.6;
    const others = members.filter((member) => member !== owner);
    const victim = isOwner
      ? owner
      : (others[Math.floor(random() * others.length)] as MemberProcess);
    const from = performance.now();
    living.delete(victim);
    await victim.kill();
    if (isOwner) takeovers.push((await nextAck(dataDir, victim, living)) - from);
    await start();
  }
  await Promise.all([...living].map((member) => member.stop()));
  living.clear();

  takeovers.sort((a, b) => a - b);
  const median = takeovers[takeovers.length >> 1] ?? 0;
  console.log(
    `${KILLS} kills, ${takeovers.length} takeovers, the first after ${takeovers[0]?.toFixed(0)} ms, the median after ${median.toFixed(0)} ms, the last after ${takeovers.at(-1)?.toFixed(0)} ms`,
  );
  const isBusy = (loadavg()[0] ?? 0) > BUSY * availableParallelism();
  expect(median).toBeLessThan(isBusy ? SLOW_TAKEOVER : TAKEOVER);
  const store = createStore({ adapter: fileAdapter, options: { dataDir } });
  onTestFinished(() => store.close());
  for (const member of all) check(store, member, `seed ${seed}, ${member.name}`);
});

/** When a write was acknowledged by another owner than the one that was killed. */
async function nextAck(
  dataDir: string,
  killed: MemberProcess,
  living: ReadonlySet<MemberProcess>,
): Promise<number> {
  let since: number | undefined;
  for (;;) {
    const pid = ownerPid(dataDir);
    if (since === undefined && pid !== undefined && pid !== killed.child.pid) {
      since = performance.now();
    }
    const acks = [...living].map(({ lastAck }) => lastAck);
    const first = Math.min(...acks.filter((ack) => ack > (since ?? Number.POSITIVE_INFINITY)));
    if (Number.isFinite(first)) return first;
    await delay(1);
  }
}

/** Compares what a member was told with what is in the directory. */
function check(store: Store, { name, told }: MemberProcess, where: string): void {
  const table = (which: string) => store.ensureTable("d", which);
  const of = (kind: string, ...codes: (string | undefined)[]) =>
    told.filter((each) => each.kind === kind && codes.includes(each.code)).map(({ n }) => n);
  expect(
    of("lost", undefined),
    `${where}: ${JSON.stringify(told.filter((t) => t.kind === "lost"))}`,
  ).toEqual([]);
  const codes = new Set(told.flatMap(({ code }) => code ?? []));
  for (const code of codes) expect(code, where).toBe("STORE_OUTCOME_UNKNOWN");

  // A batch is in all three tables or in none; one that was acknowledged is there; none is there twice.
  expect(
    told.filter(({ kind, value }) => kind === "batch" && value === false),
    where,
  ).toEqual([]);
  const journal = [...table("journal").records({ prefix: [name] as never })];
  const written = journal.map(([, n]) => n as number);
  expect(
    journal.map(([key]) => key),
    where,
  ).toEqual(journal.map((_, at) => [name, at + 1]));
  expect(new Set(written).size, `${where}: twice in the journal`).toBe(written.length);
  for (const n of of("batch", undefined)) expect(written, `${where}: lost batch`).toContain(n);
  for (const n of written)
    expect(table("claims").member([name, n]), `${where}: half ${n}`).toBe(true);
  const claims = [...table("claims").keys()].filter((key) => (key as string[])[0] === name);
  expect(claims.length, `${where}: half batches`).toBe(written.length);
  expect(table("counts").lookupElement(name, 2, 0), where).toBe(written.length);

  // Between the acknowledged ones and those that may have happened: what was under way when it was killed, too.
  const acknowledged = of("single", undefined).length;
  const single = table("singles").lookupElement(name, 2, 0) as number;
  expect(single, `${where}: lost counts`).toBeGreaterThanOrEqual(acknowledged);
  const unknown = of("single", "STORE_OUTCOME_UNKNOWN").length;
  expect(single, `${where}: doubled counts`).toBeLessThanOrEqual(acknowledged + unknown + 4);

  const bag = table("bag")
    .lookup(name)
    .map(([, n]) => n as number);
  expect(new Set(bag).size, `${where}: doubled inserts`).toBe(bag.length);
  for (const n of of("bag", undefined)) expect(bag, `${where}: lost insert`).toContain(n);
}
