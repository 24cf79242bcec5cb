import { setImmediate } from "node:timers/promises";
import type { StoreRecord, TableType } from "@store/core";
import { holds, outcomeOf, refuses, same } from "../../assertions/assertion.js";
import type { AnyTable } from "../../backend/any-store.js";
import type { AdapterProcesses } from "../../backend/options.js";
import { ALL, hasType, type Suite } from "../../harness/suite.js";
import { isLocked, takeOver } from "../../harness/take-over.js";
import type { TestContext } from "../../harness/test-context.js";
import { type AdapterProcess, timeoutOf } from "../../processes/adapter-process.js";
import type { BatchCall, CallableMember } from "../../processes/worker.js";

const CONTENDERS = 3;
const CALLS = 300;
const BATCHES = 60;

/** Several processes on one backend: a table belongs to one of them, or all of them share it. */
export const ownership: Suite = {
  name: "several processes on one backend",
  heading: "Other processes",
  lookAt:
    "processes.exclusive, and the lock that openTable takes; in a shared adapter insertNew, take and update",
  define({ withProcesses }) {
    withProcesses(
      "exclusive: a table is STORE_LOCKED for another process until it is closed",
      async (context, processes) => {
        if (!processes.exclusive) return;
        const mine = await context.table();
        await mine.insert(["mine", 1]);
        const other = await context.startProcess(processes);
        await refuses("STORE_LOCKED", () => other.ask("open", "t", "set"));
        await mine.insert(["still mine", 1]);
        await mine.close();
        await other.ask("open", "t", "set");
        await other.ask("call", "t", "insert", ["theirs", 1]);
        await refuses("STORE_LOCKED", () => context.table());
        await other.ask("close", "t");
        const again = await context.table();
        for (const key of ["mine", "still mine", "theirs"]) {
          same(await again.lookup(key), [[key, 1]]);
        }
      },
      "not shared",
    );

    withProcesses(
      "exclusive: a table is STORE_LOCKED for another process until its owner is killed",
      async (context, processes) => {
        if (!processes.exclusive) return;
        const other = await context.startProcess(processes);
        await other.ask("open", "t", "set");
        await other.ask("call", "t", "insert", ["theirs", 1]);
        await other.ask("call", "t", "sync");
        await refuses("STORE_LOCKED", () => context.table());
        await other.kill();
        const mine = await takeOver(context.store, "t", "set", processes);
        await mine.insert(["mine", 1]);
        for (const key of ["theirs", "mine"]) same(await mine.lookup(key), [[key, 1]]);
      },
      "not shared",
    );

    withProcesses(
      "exclusive: of processes that open a table at the same time one gets it, also after its owner was killed",
      async (context, processes) => {
        if (!processes.exclusive) return;
        const contenders = await context.startProcesses(processes, CONTENDERS);
        const first = await winnerOf(contenders, processes);
        await first.kill();
        const left = contenders.filter((contender) => contender !== first);
        const second = await winnerOf(left, processes);
        await second.ask("call", "t", "insert", ["k", 1]);
      },
      "not shared",
    );

    withProcesses(
      "with exclusive: false, another process isn't refused",
      async (context, processes) => {
        if (processes.exclusive) return;
        await context.table();
        const other = await context.startProcess(processes);
        const outcome = await outcomeOf(() => other.ask("open", "t", "set"));
        holds(
          !("error" in outcome && isLocked(outcome.error)),
          "another process gets STORE_LOCKED: set processes.exclusive to true",
        );
      },
      "durable",
      "not shared",
    );

    withProcesses(
      "shared: each process sees what the other wrote, and works on when the other has ended",
      async (context, processes) => {
        holds(!processes.exclusive, "an adapter that is shared can't be exclusive");
        const other = await context.startProcess(processes);
        for (const type of typesOf(context)) {
          const mine = await context.table(type, type);
          await other.ask("open", type, type);
          await mine.insertMany([
            ["a", 1],
            ["b", 1],
          ]);
          same(await other.ask("call", type, "lookup", "a"), [["a", 1]], "what the other reads");
          same(await other.ask("call", type, "take", "a"), [["a", 1]], "what the other takes");
          await other.ask("call", type, "insert", ["c", 1]);
          const found = [await mine.lookup("a"), await mine.lookup("c"), await mine.size];
          same(found, [[], [["c", 1]], 2], "what this process reads");
        }
        await other.kill();
        for (const type of typesOf(context)) {
          const mine = await context.table(type, type);
          await mine.insert(["d", 1]);
          same(await mine.lookup("d"), [["d", 1]], "after the other was killed");
        }
      },
      "shared",
    );

    withProcesses(
      "shared: updateCounter, insertNew and take by two processes at once lose and repeat nothing",
      async (context, processes) => {
        const mine = await context.table();
        const other = await context.startProcess(processes);
        await other.ask("open", "t", "set");
        const numbers = Array.from({ length: CALLS }, (_unused, number) => number);

        const counts = await byBoth(mine, other, "updateCounter", () => ["k", 1, ["k", 0]]);
        same(new Set(counts).size, 2 * CALLS, "how many different counts there were");
        same(await mine.lookup("k"), [["k", 2 * CALLS]]);

        const inserted = await byBoth(mine, other, "insertNew", (number) => [[number, "x"]]);
        same(inserted.filter((done) => done).length, CALLS, "how many were inserted");
        for (const number of numbers) same(await mine.lookup(number), [[number, "x"]]);

        const taken = await byBoth(mine, other, "take", (number) => [number]);
        const records = (taken as StoreRecord[][]).flat();
        same(records.length, CALLS, "how many were taken");
      },
      "shared",
    );

    withProcesses(
      "shared: of batches with one condition by two processes at once one is done, and all of it",
      async (context, processes) => {
        const claims = await context.table("set", "claims");
        const counts = await context.table("set", "counts");
        const other = await context.startProcess(processes);
        for (const name of ["claims", "counts"]) await other.ask("open", name, "set");
        const callsOf = (who: string): BatchCall[][] =>
          Array.from({ length: BATCHES }, (_unused, number) => [
            ["counts", "updateCounter", who, 1, [who, 0]],
            ["claims", "insertNew", [number, who]],
            ["counts", "updateCounter", "all", [2, 1], ["all", 0]],
          ]);
        const tables = { claims, counts };
        const commit = async () => {
          const done: boolean[] = [];
          for (const calls of callsOf("mine").toReversed()) {
            const batch = context.store.batch();
            for (const [name, member, ...args] of calls) {
              Reflect.apply(batch[member], batch, [tables[name as keyof typeof tables], ...args]);
            }
            done.unshift(await batch.commit());
            await setImmediate();
          }
          return done;
        };
        const [mine, theirs] = await Promise.all([
          commit(),
          other.ask("commitMany", callsOf("theirs")),
        ]);
        for (const [number, isMine] of mine.entries()) {
          same([isMine, theirs[number]], [isMine, !isMine], `who was true of batch ${number}`);
          same(await claims.lookup(number), [[number, isMine ? "mine" : "theirs"]], "the winner");
        }
        const won = mine.filter((isMine) => isMine).length;
        same(
          [await counts.lookupElement("all", 2), await counts.lookupElement("mine", 2, 0)],
          [BATCHES, won],
          "the counts",
        );
      },
      "shared",
      "batches",
    );
  },
};

function typesOf(context: TestContext): TableType[] {
  return ALL.filter((type) => hasType(context.capabilities, type));
}

/** Lets all processes open the table at the same time, until one succeeds. Returns that one. */
async function winnerOf(
  contenders: readonly AdapterProcess[],
  processes: AdapterProcesses,
): Promise<AdapterProcess> {
  const limit = timeoutOf(processes);
  const end = performance.now() + limit;
  for (;;) {
    const outcomes = await Promise.all(
      contenders.map((contender) => outcomeOf(() => contender.ask("open", "t", "set"))),
    );
    for (const outcome of outcomes) {
      if ("error" in outcome && !isLocked(outcome.error)) throw outcome.error;
    }
    const [winner, ...others] = contenders.filter((_unused, at) => "value" in Object(outcomes[at]));
    holds(
      others.length === 0,
      `${others.length + 1} processes opened the table at the same time, and one should have. Likely cause: looking for a lock and taking it are two steps`,
    );
    if (winner !== undefined) return winner;
    holds(
      performance.now() < end,
      `no process got the table within ${limit} ms (processes.timeoutMs): each attempt was STORE_LOCKED. Likely cause: two processes that come at once refuse each other for ever, or the lock of a killed one stays`,
    );
  }
}

/** The results of the same calls by two processes at once. One makes them in the opposite order, so that they meet. */
async function byBoth(
  mine: AnyTable,
  other: AdapterProcess,
  method: CallableMember,
  argsOf: (number: number) => readonly unknown[],
): Promise<unknown[]> {
  const lists = Array.from({ length: CALLS }, (_unused, number) => argsOf(number));
  const call = async () => {
    const results: unknown[] = [];
    for (const args of lists.toReversed()) {
      results.push(await Reflect.apply(mine[method], mine, args));
      await setImmediate();
    }
    return results;
  };
  return (await Promise.all([call(), other.ask("callMany", "t", method, ...lists)])).flat();
}
