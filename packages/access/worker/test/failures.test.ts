import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { expect, onTestFinished, test } from "vitest";
import { type StoreTicket, sharedAdapter, shareStore } from "../src/index.js";
import { inThread, messageOf, sharedStore, startThread } from "./support/threads.js";

/** Calls without end, until one fails: with what, and how many were done. */
const until = (call: string) => `
  const table = store.ensureTable("d", "t");
  port.postMessage("begun");
  for (let done = 0; ; done++) {
    try { ${call} } catch (error) { return { code: error.code, message: error.message, done }; }
  }`;

interface Ended {
  readonly value: { readonly code: string; readonly message: string; readonly done: number };
}

for (const [what, call, codes] of [
  ["lookup", 'table.lookup("k")', ["STORE_UNAVAILABLE"]],
  ["insert", 'table.insert(["k", done])', ["STORE_UNAVAILABLE", "STORE_OUTCOME_UNKNOWN"]],
] as const) {
  for (const how of ["terminate", "exit"] as const) {
    test(`${what} after the owner's thread has ended by ${how} throws ${codes[0]} soon`, async () => {
      const owner = startThread("owner.mjs", {});
      const ticket = await messageOf<StoreTicket>(owner);
      const thread = startThread("run.mjs", { ticket, run: until(call) });
      await messageOf(thread);
      const ended = messageOf<Ended>(thread);
      if (how === "exit") owner.postMessage({ call: "exit" });
      else await owner.terminate();
      const begin = performance.now();
      const { value } = await ended;
      expect(codes).toContain(value.code);
      expect(performance.now() - begin).toBeLessThan(5_000);
      // And from then on at once.
      const late = startThread("run.mjs", { ticket, run: 'store.ensureTable("d", "t")' });
      expect(await messageOf(late)).toMatchObject({ code: "STORE_UNAVAILABLE" });
    });
  }
}

for (const adapter of [sharedAdapter, memoryAdapter]) {
  test(`calls after close of the store throw STORE_UNAVAILABLE (${adapter.name})`, async () => {
    const store = createStore({ adapter: adapter as typeof memoryAdapter });
    const ticket = shareStore(store);
    const thread = startThread("run.mjs", {
      ticket,
      run: until('table.member("k")'),
    });
    await messageOf(thread);
    const ended = messageOf<Ended>(thread);
    await new Promise((resolve) => setTimeout(resolve, 20));
    store.close();
    // The store closes its tables before itself: a call may come in between.
    const { code } = (await ended).value;
    expect(["STORE_UNAVAILABLE", "STORE_TABLE_CLOSED"]).toContain(code);
    const late = startThread("run.mjs", {
      ticket,
      run: 'return store.ensureTable("d", "t").member("k")',
    });
    expect(await messageOf(late)).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(() => shareStore(store)).toThrow(
      expect.objectContaining({ code: "STORE_TABLE_CLOSED" }),
    );
  });
}

for (const end of ["close", "drop"] as const) {
  for (const call of [
    'table.lookup("k")',
    'table.insert(["k", 1])',
    "[...table.keys()]",
    "table.size",
  ]) {
    test(`${call} after ${end} of the table by its owner throws STORE_TABLE_CLOSED`, async () => {
      const store = sharedStore();
      const table = store.ensureTable("d", "t");
      const thread = startThread("run.mjs", { ticket: shareStore(store), run: until(call) });
      await messageOf(thread);
      const ended = messageOf<Ended>(thread);
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (end === "close") table.close();
      else store.dropTable("d", "t");
      const { code, message } = (await ended).value;
      expect(code).toBe("STORE_TABLE_CLOSED");
      expect(message).toContain('"t"');
      // Another table in its place is another table.
      store.ensureTable("d", "t").insert(["k", 2]);
      expect(await inThread(store, 'return store.ensureTable("d", "t").lookup("k")')).toEqual([
        ["k", 2],
      ]);
    });
  }
}

test("insert while the owner is busy throws STORE_OUTCOME_UNKNOWN after callTimeout, and isn't done later", async () => {
  const owner = startThread("owner.mjs", {});
  const ticket = await messageOf<StoreTicket>(owner);
  const run = `
    const table = store.ensureTable("d", "t");
    port.postMessage("open"); Atomics.wait(data, 0, 0);
    const begin = performance.now();
    try { table.insert(["late", 1]); } catch (error) {
      return [error.code, performance.now() - begin, table.lookup("k").length];
    }`;
  const data = new Int32Array(new SharedArrayBuffer(4));
  const thread = startThread("run.mjs", { ticket, run, data, callTimeout: 150 });
  await messageOf(thread);
  const busy = messageOf(owner);
  owner.postMessage({ call: "busy", milliseconds: 1_000 });
  await busy;
  const answer = messageOf<{ value: [string, number, number] }>(thread);
  Atomics.store(data, 0, 1);
  Atomics.notify(data, 0);
  const [code, milliseconds, found] = (await answer).value;
  expect(code).toBe("STORE_OUTCOME_UNKNOWN");
  expect(milliseconds).toBeGreaterThan(140);
  expect(found).toBe(1);
  const after = startThread("run.mjs", {
    ticket,
    run: 'return store.ensureTable("d", "t").lookup("late")',
  });
  expect(await messageOf(after)).toEqual({ value: [] });
});

test("two owners that ask each other learn that they would wait for ever", async () => {
  const owners = [startThread("owner.mjs", {}), startThread("owner.mjs", {})] as const;
  const tickets = await Promise.all(owners.map((owner) => messageOf<StoreTicket>(owner)));
  const answers = owners.map((owner) => messageOf<{ code?: string; message?: string }>(owner));
  owners[0].postMessage({ call: "ask", ticket: tickets[1] });
  owners[1].postMessage({ call: "ask", ticket: tickets[0] });
  const found = await Promise.all(answers);
  const refused = found.filter(({ code }) => code === "STORE_INVALID_OPERATION");
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.message).toContain("waiting for this thread");
});

test.each([3, 4])(
  "%i owners that ask each other in a circle: one learns that all would wait for ever, and the others go on",
  async (count) => {
    const owners = Array.from({ length: count }, () => startThread("owner.mjs", {}));
    const tickets = await Promise.all(owners.map((owner) => messageOf<StoreTicket>(owner)));
    const answers = owners.map((owner) =>
      messageOf<{ code?: string; message?: string; done?: boolean }>(owner),
    );
    for (const [index, owner] of owners.entries()) {
      owner.postMessage({ call: "ask", ticket: tickets[(index + 1) % count] });
    }
    const found = await Promise.all(answers);
    const refused = found.filter(({ done }) => done === undefined);
    expect(refused).toMatchObject([
      { code: "STORE_INVALID_OPERATION", message: expect.stringContaining("waiting for others") },
    ]);
  },
);

test("more threads than one share a ticket, and one that ends leaves the others alone", async () => {
  const store = sharedStore();
  store.ensureTable("d", "t").insert(["k", 1]);
  const ticket = shareStore(store);
  const one = startThread("run.mjs", { ticket, run: until('table.insert(["x", done])') });
  await messageOf(one);
  await one.terminate();
  expect(await inThread(store, 'return store.ensureTable("d", "t").lookup("k")')).toEqual([
    ["k", 1],
  ]);
});

test("ensureTable with another type throws STORE_TABLE_TYPE_MISMATCH in a worker", async () => {
  const store = sharedStore();
  store.ensureTable("d", "t", { type: "bag" });
  await expect(
    inThread(store, 'store.ensureTable("d", "t", { type: "set" })'),
  ).rejects.toMatchObject({
    code: "STORE_TABLE_TYPE_MISMATCH",
  });
  onTestFinished(() => {});
});
