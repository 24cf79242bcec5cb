import { existsSync } from "node:fs";
import { join } from "node:path";
import { createStore, type StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, test } from "vitest";
import { output, runStore } from "../support/run-in-process.js";
import { dataDirectory, scratch } from "../support/scratch.js";
import { StoreProcess, until } from "../support/spawn-store.js";
import { ViewProcess } from "../support/view-process.js";

const records = [
  [1, { type: "started" }],
  [2, { type: "done" }],
] as const;
const filled = () =>
  dataDirectory({ domain: "journal", name: "events", type: "ordered_set", records: [...records] });

test.skipIf(process.platform === "win32")(
  "view shows a place until it is interrupted, and refuses whoever lacks the token",
  async () => {
    const view = await ViewProcess.at([filled()]);
    const { address } = view;
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    expect(await (await fetch(address)).text()).toContain("<title>store viewer</title>");
    expect((await fetch(address.replace(/\?.*/, ""))).status).toBe(403);
    expect(await view.tables()).toEqual([["journal", "events", 2]]);
    view.process.signal("SIGINT");
    expect(await view.process.ended()).toEqual({ code: 0, signal: null });
  },
);

test("view with --json prints the address as JSON", async () => {
  const { process } = await ViewProcess.at([filled(), "--json", "--port", "0"]);
  const { url, port, pid, write } = JSON.parse(process.stdout);
  expect([pid, write]).toEqual([process.pid, false]);
  expect(url).toContain(`http://127.0.0.1:${port}/?token=`);
});

test("view reads beside the owner of a directory, and sees what it writes, tables and domains included", async () => {
  const dataDir = join(scratch(), "data");
  const owner = createStore({ adapter: fileAdapter, options: { dataDir } });
  try {
    owner.ensureTable<StoreRecord>("journal", "events", { type: "ordered_set" }).insert([1]);
    const view = await ViewProcess.at([dataDir]);
    owner.ensureTable<StoreRecord>("late", "t").insertMany([[1], [2]]);
    await expect
      .poll(() => view.tables(), { timeout: 10_000 })
      .toEqual([
        ["journal", "events", 1],
        ["late", "t", 2],
      ]);
    // To write, it would have to own the directory.
    const { code, stderr } = await runStore(["view", dataDir, "--write"]);
    expect([code, stderr]).toEqual([4, expect.stringContaining(String(process.pid))]);
  } finally {
    owner.close();
  }
});

test("view with --write owns the directory, and changes it", async () => {
  const place = filled();
  const view = await ViewProcess.at([place, "--write"]);
  const put = await fetch(view.url("put"), {
    method: "POST",
    headers: { "content-type": "application/json", origin: view.origin },
    body: JSON.stringify({ table: '["journal","events"]', record: "[3,{}]" }),
  });
  expect([put.status, await put.text()]).toEqual([200, '{"records":1}']);
  const { code } = await runStore(["put", place, "journal/events", "[4]"]);
  expect(code).toBe(4);
  view.process.signal("SIGTERM");
  await view.process.ended();
  expect(await output(["scan", place, "journal/events", "--keys"])).toBe("1\n2\n3\n");
});

test("view without --write leaves the directory alone", async () => {
  const place = filled();
  const view = await ViewProcess.at([place]);
  const { rows } = await view.get<{ rows: unknown[] }>("records", {
    table: '["journal","events"]',
  });
  expect(rows).toHaveLength(2);
  expect(await output(["put", place, "journal/events", "[3]"])).toContain("1 record put");
});

test.skipIf(process.platform === "win32")(
  "view shows what a server serves, and with --write changes it there",
  async () => {
    const [place, socket] = [filled(), join(scratch(), "s")];
    const server = new StoreProcess(["serve", place, "--socket", socket]);
    await until(() => existsSync(socket) || server.hasEnded);
    // The domains needn't be named: the server lists them.
    const view = await ViewProcess.at([socket, "--write"]);
    expect(await view.tables()).toEqual([["journal", "events", 2]]);
    const named = await ViewProcess.at([socket, "journal"]);
    expect(await named.tables()).toEqual([["journal", "events", 2]]);
    const deleted = await fetch(view.url("delete"), {
      method: "POST",
      headers: { "content-type": "application/json", origin: view.origin },
      body: JSON.stringify({ table: '["journal","events"]', record: '[1,{"type":"started"}]' }),
    });
    expect(await deleted.text()).toBe('{"records":1}');
    expect(await output(["scan", socket, "journal/events", "--keys"])).toBe("2\n");
    const { engines } = await view.get<{ engines: { adapter: string; details: object }[] }>(
      "tables",
    );
    expect(engines).toMatchObject([{ details: { files: expect.anything() } }]);
  },
);

test.each([
  [["view"], /missing required argument 'place'/],
  [["view", ".", "d/t"], /with all of its tables/],
  [["view", ".", "--port", "x"], /A port from 0 to 65535/],
  [["view", ".", "--port", "65536"], /A port from 0 to 65535/],
  [["view", ".", "--wirte"], /--write/],
] as const)("%j is wrong usage", async (args, message) => {
  const { code, stderr } = await runStore(args);
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
});

test("a place that isn't there is 3, before anything is served", async () => {
  expect((await runStore(["view", join(scratch(), "none")])).code).toBe(3);
});
