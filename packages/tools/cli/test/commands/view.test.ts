import { join } from "node:path";
import { createStore, type StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";
import { expect, test } from "vitest";
import { output, runStore } from "../support/run-in-process.js";
import { dataDirectory, scratch } from "../support/scratch.js";
import { StoreProcess, until } from "../support/spawn-store.js";

async function viewing(...args: string[]) {
  const view = new StoreProcess(["view", ...args]);
  await until(
    () => view.stdout.includes("Ctrl-C ends it") || view.stdout.includes("}") || view.hasEnded,
  );
  const [address = ""] = /http:\S+?(?=["\s])/.exec(view.stdout) ?? [];
  return { view, address, api: (name: string) => address.replace("/?", `/api/${name}?`) };
}

const records = [
  [1, { type: "started" }],
  [2, { type: "done" }],
] as const;
const filled = () =>
  dataDirectory({ domain: "journal", name: "events", type: "ordered_set", records: [...records] });

test.skipIf(process.platform === "win32")(
  "view shows a place until it is interrupted, and refuses whoever lacks the token",
  async () => {
    const { view, address, api } = await viewing(filled());
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    expect(await (await fetch(address)).text()).toContain("<title>store viewer</title>");
    expect((await fetch(address.replace(/\?.*/, ""))).status).toBe(403);
    const { tables } = (await (await fetch(api("tables"))).json()) as { tables: unknown[] };
    expect(tables).toMatchObject([
      { table: ["journal", "events"], type: "ordered_set", records: 2 },
    ]);
    view.signal("SIGINT");
    expect(await view.ended()).toEqual({ code: 0, signal: null });
  },
);

test("view with --json prints the address as JSON", async () => {
  const { view } = await viewing(filled(), "--json", "--port", "0");
  const { url, port, pid, write } = JSON.parse(view.stdout);
  expect([pid, write]).toEqual([view.pid, false]);
  expect(url).toContain(`http://127.0.0.1:${port}/?token=`);
});

test("view reads beside the owner of a directory, and sees what it writes, tables and domains included", async () => {
  const dataDir = join(scratch(), "data");
  const owner = createStore({ adapter: fileAdapter, options: { dataDir } });
  try {
    owner.ensureTable<StoreRecord>("journal", "events", { type: "ordered_set" }).insert([1]);
    const { api } = await viewing(dataDir);
    owner.ensureTable<StoreRecord>("late", "t").insertMany([[1], [2]]);
    await expect
      .poll(
        async () => {
          const answer = (await (await fetch(api("tables"))).json()) as {
            tables: { table: string[]; records: number }[];
          };
          return answer.tables.map(({ table, records }) => [...table, records]);
        },
        { timeout: 10_000 },
      )
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
  const { view, address, api } = await viewing(place, "--write");
  const [origin] = /^http:\/\/[^/]+/.exec(address) as unknown as [string];
  const put = await fetch(api("put"), {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ table: '["journal","events"]', record: "[3,{}]" }),
  });
  expect([put.status, await put.text()]).toEqual([200, '{"records":1}']);
  const { code } = await runStore(["put", place, "journal/events", "[4]"]);
  expect(code).toBe(4);
  view.signal("SIGTERM");
  await view.ended();
  expect(await output(["scan", place, "journal/events", "--keys"])).toBe("1\n2\n3\n");
});

test("view without --write leaves the directory alone", async () => {
  const place = filled();
  const { api } = await viewing(place);
  expect((await fetch(`${api("records")}&table=%5B%22journal%22%2C%22events%22%5D`)).status).toBe(
    200,
  );
  expect(await output(["put", place, "journal/events", "[3]"])).toContain("1 record put");
});

test.each([
  [["view"], /missing required argument 'place'/],
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
