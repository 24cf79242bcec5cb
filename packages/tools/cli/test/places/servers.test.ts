import { randomUUID } from "node:crypto";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createStore } from "@store/core";
import { nodeWithSqlite } from "@store/newer-node";
import { postgresAdapter } from "@store/postgres";
import { redisAdapter } from "@store/redis";
import { describe, expect, onTestFinished, test } from "vitest";
import { output, runStore } from "../support/run-in-process.js";
import { dataDirectory, scratch } from "../support/scratch.js";
import { spawnStore } from "../support/spawn-store.js";
import { checkView } from "../support/view-process.js";

const POSTGRES = process.env.STORE_POSTGRES_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
const REDIS = process.env.STORE_REDIS_URL ?? "redis://127.0.0.1:6379";
const later = Date.now() + 3_600_000;

/** Whether something answers there. With STORE_REQUIRE_SERVERS=1 it has to. */
async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port) });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
  if (!isThere && process.env.STORE_REQUIRE_SERVERS === "1") throw new Error(`nothing at ${url}`);
  return isThere;
}

function sample(): string {
  return dataDirectory(
    {
      domain: "d",
      name: "set",
      records: [
        ["a", { n: 1n }],
        ["b", new Uint8Array([1])],
      ],
    },
    { domain: "d", name: "set", records: [["c", "expires"]], expiresAt: later },
    {
      domain: "d",
      name: "ordered",
      type: "ordered_set",
      records: Array.from({ length: 300 }, (_, n) => [["r", n], n] as const),
    },
    {
      domain: "e",
      name: "dup",
      type: "duplicate_bag",
      records: [
        ["k", 2],
        ["k", 1],
        ["k", 2],
        ["l", 0],
      ],
    },
    { domain: "e", name: "dup", type: "duplicate_bag", records: [["k", 0]], expiresAt: later },
  );
}

/** What a place holds, sorted: tables without order have another one elsewhere. */
async function content(...args: string[]): Promise<string[]> {
  const lines = (await output(["dump", ...args])).trim().split("\n");
  return lines.slice(1, -1).sort();
}

/** Everything that can be done at a place that isn't a directory. */
async function checkPlace(place: string, ...options: string[]): Promise<void> {
  const from = sample();
  const at = [place, ...options];
  expect(
    await output([
      "copy",
      from,
      place,
      ...options.map((each) => each.replace("--option", "--target-option")),
    ]),
  ).toBe("308 records of 3 tables copied, and compared\n");
  expect(await content(...at)).toEqual(await content(from));
  expect(
    (await output(["ls", ...at]))
      .split("\n")
      .slice(1, -1)
      .map((line) => line.split(" ")[0]),
  ).toEqual(["d/ordered", "d/set", "e/dup"]);
  expect(await output(["get", ...at, "d/set", '"a"'])).toBe('["a",{"n":{"$bigint":"1"}}]\n');
  expect(
    await output(["scan", ...at, "d/ordered", "--prefix", '["r"]', "--reverse", "--limit", "1"]),
  ).toBe('[["r",299],299]\n');
  expect(await output(["tail", ...at, "d/ordered", "-n", "2", "--no-follow"])).toBe(
    '[["r",298],298]\n[["r",299],299]\n',
  );
  expect(await output(["put", ...at, "d/ordered", '[["r",300],0]'])).toBe("1 record put\n");
  expect(await output(["delete", ...at, "d/ordered", '["r",300]'])).toBe("1 record deleted\n");
  expect(await output(["verify", ...at])).toBe("308 records of 3 tables read\n");
  await checkView(at);
  expect(await runStore(["get", ...at, "d/none", "1"])).toMatchObject({ code: 3 });
  expect(await runStore(["backup", ...at, "x"])).toMatchObject({ code: 2 });
  // And back, by a dump.
  const back = join(scratch(), "back");
  expect(await output(["load", back], { input: await output(["dump", ...at]) })).toBe(
    "308 records of 3 tables loaded\n",
  );
  expect(await content(back)).toEqual(await content(from));
  // A load that fails at its end leaves nothing there either.
  const twice =
    '{"store":"dump","version":1}\n{"table":["f","t"],"type":"set"}\n["k",1]\n["k",2]\n';
  expect(await runStore(["load", ...at, "--partial"], { input: twice })).toMatchObject({ code: 1 });
  expect(await runStore(["ls", ...at, "f"])).toMatchObject({ code: 3 });
}

describe.skipIf(!(await answers(POSTGRES)))("postgres://", () => {
  test("is a place for all commands", async () => {
    const schema = `cli_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
    onTestFinished(async () => {
      const store = createStore({
        adapter: postgresAdapter,
        options: { client: POSTGRES, schema },
      });
      for (const domain of ["d", "e", "f"]) {
        for (const { name } of await store.tables(domain)) await store.dropTable(domain, name);
      }
      await store.close();
    });
    await checkPlace(POSTGRES, "--option", `schema=${schema}`);
  });
});

describe.skipIf(!(await answers(REDIS)))("redis://", () => {
  test("is a place for all commands", async () => {
    const prefix = `cli-${randomUUID()}`;
    onTestFinished(async () => {
      const store = createStore({ adapter: redisAdapter, options: { client: REDIS, prefix } });
      for (const domain of ["d", "e", "f"]) {
        for (const { name } of await store.tables(domain)) await store.dropTable(domain, name);
      }
      await store.close();
    });
    await checkPlace(REDIS, "--option", `prefix=${prefix}`);
  });
});

const node = nodeWithSqlite();

describe("sqlite:", () => {
  test.skipIf(node === undefined)("is a place, by a Node that has it", async () => {
    const cwd = scratch();
    const store = async (...args: string[]) => {
      const { code, stdout, stderr } = await spawnStore(args, { cwd, node: node as string });
      return code === 0 ? stdout : `${code} ${stderr}`;
    };
    const from = sample();
    expect(await store("copy", from, "sqlite:x.db")).toBe(
      "308 records of 3 tables copied, and compared\n",
    );
    expect(await store("ls", "sqlite:x.db", "d", "--json")).toContain(
      '"table":"set","type":"set","records":3',
    );
    expect(await store("get", "sqlite:x.db", "d/set", '"a"')).toBe('["a",{"n":{"$bigint":"1"}}]\n');
    expect(await store("dump", "sqlite:x.db", "--out", "d")).toBe("308 records of 3 tables in d\n");
    expect(await store("load", "back", "--in", "d")).toBe("308 records of 3 tables loaded\n");
    expect(await content(join(cwd, "back"))).toEqual(await content(from));
    expect(await store("ls", "sqlite:none.db")).toMatch(/^3 /);
    await checkView(["sqlite:x.db"], { cwd, node: node as string });
  });

  test("says which Node is needed where there is none", async () => {
    if (process.getBuiltinModule("node:sqlite" as "node:fs") !== undefined) return;
    const { code, stderr } = await runStore([
      "put",
      `sqlite:${join(scratch(), "x.db")}`,
      "d/t",
      "[1]",
      "--type",
      "set",
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain("Node has from 22.13 on");
  });
});

test("a password is not shown", async () => {
  const { code, stderr } = await runStore(["ls", "postgres://me:secret@127.0.0.1:1/x", "d"]);
  expect(code).toBe(1);
  expect(stderr).not.toContain("secret");
  const { stderr: other } = await runStore([
    "ls",
    "redis://me:secret@127.0.0.1:1",
    "-o",
    "connectTimeout=200",
  ]);
  expect(other).not.toContain("secret");
});
