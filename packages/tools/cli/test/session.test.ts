import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "./support/scratch.js";
import { spawnStore } from "./support/spawn-store.js";

test("a new user's session: put, look, dump, load, copy, check", async () => {
  const cwd = scratch();
  const store = async (...args: string[]) => {
    const { code, stdout, stderr } = await spawnStore(args, { cwd });
    return code === 0 ? stdout : `exit ${code}: ${stderr}`;
  };

  // What is this?
  expect(await store("--help")).toContain(
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not there",
  );
  expect(await store("scan", "--help")).toMatch(/Examples:\n {2}\$ store scan/);
  expect(await store("ls", "data")).toContain("exit 3: store: there is no data");
  expect(await store("pt", "data")).toMatch(
    /^exit 2: store: unknown command 'pt'\n\(Did you mean put\?\)/,
  );

  // The first table.
  const record = `["r1",{"state":"done","bytes":{"$bytes":"AQID"},"at":{"$date":"2026-01-31T12:00:00.000Z"}}]`;
  expect(await store("put", "data", "runs/runs", record)).toContain("exit 3");
  expect(existsSync(join(cwd, "data"))).toBe(false);
  expect(await store("put", "data", "runs/runs", record, "--type", "set")).toBe("1 record put\n");
  expect(
    await store(
      "put",
      "data",
      "jobs/queue",
      '[2,"b"]',
      '[1,"a"]',
      '[10,"c"]',
      "--type",
      "ordered_set",
    ),
  ).toBe("3 records put\n");
  expect(await store("ls", "data")).toBe(
    "TABLE       TYPE         RECORDS\njobs/queue  ordered_set        3\nruns/runs   set                1\n",
  );

  // Looking.
  expect(await store("get", "data", "runs/runs", '"r1"')).toBe(`${record}\n`);
  expect(await store("get", "data", "runs/runs", "r1")).toMatch(
    /^exit 2: .*a string needs quotes: "r1"/,
  );
  expect(await store("get", "data", "runs/rnus", '"r1"')).toContain("Did you mean runs/runs?");
  expect(await store("scan", "data", "jobs/queue")).toBe('[1,"a"]\n[2,"b"]\n[10,"c"]\n');
  expect(await store("scan", "data", "jobs/queue", "--reverse", "--limit", "1")).toBe('[10,"c"]\n');
  expect(await store("scan", "data", "jobs/queue", "--gt", "1", "--count")).toBe("2\n");
  expect(await store("tail", "data", "jobs/queue", "-n", "1", "--no-follow")).toBe('[10,"c"]\n');
  expect(await store("info", "data", "jobs/queue")).toMatch(/type +ordered_set\n.*\nrecords +3\n/);

  // Elsewhere and back.
  expect(await store("dump", "data", "--out", "d.ndjson")).toBe(
    "4 records of 2 tables in d.ndjson\n",
  );
  expect(readFileSync(join(cwd, "d.ndjson"), "utf8").trim().split("\n")).toHaveLength(8);
  expect(await store("load", "other", "--in", "d.ndjson")).toBe("4 records of 2 tables loaded\n");
  expect(await store("copy", "other", "jobs", "third")).toBe(
    "3 records of 1 table copied, and compared\n",
  );
  expect(await store("scan", "third", "jobs/queue", "--keys")).toBe("1\n2\n10\n");

  // Upkeep.
  expect(await store("delete", "data", "jobs/queue", "1", "2")).toBe("2 records deleted\n");
  expect(await store("delete", "data", "jobs/queue", "1")).toMatch(/^exit 3/);
  expect(await store("backup", "data", "monday")).toBe("backed up to monday\n");
  expect(await store("compact", "data")).toMatch(/bytes before, .* bytes now/);
  expect(await store("verify", "data")).toContain("all is as it was written");
  expect(await store("repair", "data")).toBe("nothing was to be repaired\n");
  expect(await store("scan", "monday", "jobs/queue")).toBe('[10,"c"]\n');
});
