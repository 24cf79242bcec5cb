import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStore, type StoreRecord } from "@store/core";
import { fileAdapter } from "@store/file";
import { describe, expect, onTestFinished, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { output } from "./support/run-in-process.js";
import { dataDirectory, scratch } from "./support/scratch.js";
import { StoreProcess, spawnStore, until } from "./support/spawn-store.js";

/** So many that Ctrl-C comes before the end. */
const MANY = partOf(60_000, 300_000);

function many(): StoreRecord[] {
  return Array.from({ length: MANY }, (_, n) => [
    n,
    { text: `record ${n}`, at: 1_700_000_000_000 + n },
  ]);
}

function ownerOf(dataDir: string) {
  const store = createStore({ adapter: fileAdapter, options: { dataDir } });
  onTestFinished(() => store.close());
  return store;
}

describe("beside a process that owns the directory", () => {
  test("what reads works, and sees what it wrote", async () => {
    const dataDir = dataDirectory({
      domain: "d",
      name: "t",
      type: "ordered_set",
      records: [[1], [2]],
    });
    ownerOf(dataDir).ensureTable("d", "t", { type: "ordered_set" }).insert([3]);
    for (const [args, stdout] of [
      [["scan", dataDir, "d/t"], "[1]\n[2]\n[3]\n"],
      [["get", dataDir, "d/t", "3"], "[3]\n"],
      [["ls", dataDir, "--json"], '{"domain":"d","table":"t","type":"ordered_set","records":3}\n'],
    ] as const) {
      expect(await spawnStore(args)).toEqual({ code: 0, stdout, stderr: "" });
    }
    expect(await spawnStore(["verify", dataDir])).toMatchObject({ code: 0 });
    const copied = await spawnStore(["copy", dataDir, join(scratch(), "to")]);
    expect(copied.stdout).toBe("3 records of 1 table copied, and compared\n");
  });

  test.each([
    ["put", "d/t", "[9]"],
    ["delete", "d/t", "1"],
    ["compact"],
    ["backup", "elsewhere"],
    ["repair"],
    ["load"],
  ])("%s is 4, names the owner's pid, and changes nothing", async (command, ...rest) => {
    const cwd = scratch();
    const dataDir = dataDirectory({ domain: "d", name: "t", records: [[1]] });
    const owner = ownerOf(dataDir).ensureTable("d", "t");
    const dump = await output(["dump", dataDirectory({ domain: "e", name: "u", records: [[1]] })]);
    const { code, stderr } = await spawnStore([command, dataDir, ...rest], { cwd, input: dump });
    expect(code).toBe(4);
    expect(stderr).toContain(String(process.pid));
    expect(stderr).toContain("What only reads works beside an owner");
    expect([...owner.records()]).toEqual([[1]]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("tail follows what it writes, until Ctrl-C, which is a good end", async () => {
    const dataDir = dataDirectory({
      domain: "j",
      name: "e",
      type: "ordered_set",
      records: [[1], [2], [3]],
    });
    const journal = ownerOf(dataDir).ensureTable("j", "e", { type: "ordered_set" });
    const tail = new StoreProcess(["tail", dataDir, "j/e", "-n", "2", "--interval", "50"]);
    await until(() => tail.stdout === "[2]\n[3]\n");
    journal.insertMany([
      [4, "new"],
      [0, "before"],
    ]);
    await until(() => tail.stdout.endsWith('[4,"new"]\n'));
    journal.insert([5]);
    await until(() => tail.stdout.endsWith("[5]\n"));
    tail.signal("SIGINT");
    expect(await tail.ended()).toEqual({ code: 0, signal: null });
    expect(tail.stdout).toBe('[2]\n[3]\n[4,"new"]\n[5]\n');
    expect((await spawnStore(["tail", dataDir, "j/e", "-n", "0", "--no-follow"])).stdout).toBe("");
  });
});

describe("Ctrl-C", () => {
  /** Sends it when a process has gone so far, and returns how it ended. */
  async function interrupted(args: readonly string[], hasBegun: () => boolean) {
    const child = new StoreProcess(args, { input: "" });
    await until(() => hasBegun() || child.hasEnded);
    child.signal("SIGINT");
    return { ...(await child.ended()), stderr: child.stderr };
  }

  /** Whether there is anything of a data directory but its lock. */
  const isBegun = (dataDir: string) => () =>
    existsSync(dataDir) &&
    readdirSync(dataDir, { recursive: true }).some((name) => String(name).endsWith(".log"));

  test("while a dump is loaded leaves no table", async () => {
    const dump = join(scratch(), "d.ndjson");
    await output([
      "dump",
      dataDirectory({ domain: "d", name: "t", records: many() }),
      "--out",
      dump,
    ]);
    const to = join(scratch(), "to");
    const { signal, stderr } = await interrupted(["load", to, "--in", dump], isBegun(to));
    expect(signal).toBe("SIGINT");
    expect(stderr).toBe("store: interrupted: nothing was loaded\n");
    expect((await spawnStore(["ls", to])).stdout).toBe("");
  });

  test("while tables are copied leaves no table", async () => {
    const from = dataDirectory(
      { domain: "a", name: "t", records: [[1]] },
      { domain: "d", name: "t", records: many() },
    );
    const to = join(scratch(), "to");
    const { signal, stderr } = await interrupted(["copy", from, to], isBegun(to));
    expect(signal).toBe("SIGINT");
    expect(stderr).toBe("store: interrupted: nothing was copied\n");
    expect((await spawnStore(["ls", to])).stdout).toBe("");
  });

  test("while a dump is written to a file leaves no file", async () => {
    const from = dataDirectory({ domain: "d", name: "t", records: many() });
    // On a busy machine it may be over before the signal comes.
    for (let attempt = 0; ; attempt++) {
      const out = join(scratch(), "out");
      mkdirSync(out);
      const { signal, stderr } = await interrupted(
        ["dump", from, "--out", join(out, "d.ndjson")],
        () => readdirSync(out).length > 0,
      );
      if (signal === null && attempt < 10) continue;
      expect(signal).toBe("SIGINT");
      expect(stderr).toBe("store: interrupted: no dump was made\n");
      expect(readdirSync(out)).toEqual([]);
      break;
    }
  });
});

describe("a pipe", () => {
  test("that is closed early ends a scan quietly", async () => {
    const from = dataDirectory({ domain: "d", name: "t", type: "ordered_set", records: many() });
    const { spawnSync } = await import("node:child_process");
    const main = new URL("../dist/main.js", import.meta.url).pathname;
    const script = `"${process.execPath}" "${main}" scan "${from}" d/t | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(stdout).toMatch(/^\[0,\{"text":"record 0","at":1700000000000\}\]\n0\n$/);
    expect(stderr).toBe("");
  });

  test("that is closed early makes a dump fail: it would be cut", async () => {
    const from = dataDirectory({ domain: "d", name: "t", records: many() });
    const { spawnSync } = await import("node:child_process");
    const main = new URL("../dist/main.js", import.meta.url).pathname;
    const script = `"${process.execPath}" "${main}" dump "${from}" | head -n 1 >/dev/null; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(stdout).toBe("1\n");
    expect(stderr).toContain("who reads the dump has gone");
  });

  test("from dump to load brings tables over", async () => {
    const from = dataDirectory({ domain: "d", name: "t", records: many() });
    const to = join(scratch(), "to");
    const { spawnSync } = await import("node:child_process");
    const main = new URL("../dist/main.js", import.meta.url).pathname;
    const store = `"${process.execPath}" "${main}"`;
    const script = `set -o pipefail; ${store} dump "${from}" | ${store} load "${to}" --json`;
    const { stdout, status } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect([status, JSON.parse(stdout)]).toEqual([0, { tables: 1, records: MANY, cut: false }]);
  });
});

describe("damage", () => {
  test("is found by verify, and repaired; what was good is kept", async () => {
    const dataDir = dataDirectory({
      domain: "d",
      name: "t",
      type: "ordered_set",
      records: many().slice(0, 20_000),
    });
    const run = readdirSync(dataDir, { recursive: true })
      .map(String)
      .find((name) => name.endsWith(".run")) as string;
    const path = join(dataDir, run);
    const { readFileSync } = await import("node:fs");
    const content = readFileSync(path);
    content[200_000] = (content[200_000] as number) ^ 1;
    writeFileSync(path, content);
    const found = await spawnStore(["verify", dataDir]);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/\.run: damaged from byte \d+ to \d+/);
    expect(found.stderr).toContain("`store repair");
    const scanned = await spawnStore(["scan", dataDir, "d/t"]);
    expect(scanned.code).toBe(1);
    expect(scanned.stderr).toContain("`store verify`");
    const repaired = await spawnStore(["repair", dataDir, "--json"]);
    const {
      repaired: [report],
    } = JSON.parse(repaired.stdout);
    expect(report).toMatchObject({ domain: "d", table: "t", reason: "damage" });
    expect(report.lostChanges).toBeGreaterThan(0);
    expect(report.records).toBeGreaterThan(19_000);
    expect(await spawnStore(["verify", dataDir])).toMatchObject({ code: 0 });
    expect((await spawnStore(["scan", dataDir, "d/t", "--count"])).stdout).toBe(
      `${report.records}\n`,
    );
  });
});
