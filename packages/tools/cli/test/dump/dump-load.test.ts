import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, type StoreRecord, toolkit } from "@store/core";
import { fileAdapter } from "@store/file";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { partOf } from "../../../../../tooling/long.js";
import { anyValue } from "../../../../text-form/test/support/any-value.js";
import { output, runStore } from "../support/run-in-process.js";
import { dataDirectory, scratch } from "../support/scratch.js";

const HOUR = 3_600_000;
const later = Date.now() + HOUR;

function sample(): string {
  const dataDir = dataDirectory(
    {
      domain: "d",
      name: "set",
      records: [
        ["a", 1n],
        ["b", new Map([[1, undefined]])],
      ],
    },
    { domain: "d", name: "set", records: [["c", "expires"]], expiresAt: later },
    {
      domain: "d",
      name: "dup",
      type: "duplicate_bag",
      records: [
        ["k", 2],
        ["k", 1],
        ["k", 2],
      ],
    },
    { domain: "d", name: "dup", type: "duplicate_bag", records: [["k", 0]], expiresAt: later },
    {
      domain: "e/\u{1f600}",
      name: "order ed",
      type: "ordered_set",
      records: [[["x", 1]], [[1n]], [null]],
    },
  );
  const store = createStore({ adapter: fileAdapter, options: { dataDir } });
  store.ensureTable("d", "empty", { type: "bag" });
  store.close();
  return dataDir;
}

/** All that a place holds, as a dump, but for when that was made. */
async function content(place: string): Promise<string> {
  return (await output(["dump", place]))
    .replace(/"created":"[^"]*"/, "")
    .replace(/"crc32":"\w*"/, "");
}

describe("dump and load", () => {
  test("bring all tables over: types, records in their order, moments, names", async () => {
    const [from, to] = [sample(), join(scratch(), "to")];
    const dump = await output(["dump", from]);
    expect(dump.split("\n").slice(1, 5)).toEqual([
      '{"table":["d","dup"],"type":"duplicate_bag"}',
      '["k",2]',
      '["k",1]',
      '["k",2]',
    ]);
    expect(dump).toContain(`{"record":["c","expires"],"expiresAt":${later}}`);
    expect(await output(["load", to], { input: dump })).toBe("10 records of 4 tables loaded\n");
    expect(await content(to)).toBe(await content(from));
    const json = await output(["load", join(scratch(), "json"), "--json"], { input: dump });
    expect(JSON.parse(json)).toEqual({ tables: 4, records: 10, cut: false });
  });

  test("are exact for records of any values", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyValue, { maxLength: 3 }), { maxLength: 30 }),
        async (all) => {
          const records = all.map((values, index): StoreRecord => [index, ...values]);
          const from = dataDirectory({ domain: "d", name: "t", records });
          const to = join(scratch(), "to");
          await output(["load", to], { input: await output(["dump", from]) });
          const store = createStore({ adapter: fileAdapter, options: { dataDir: to } });
          const table = store.ensureTable("d", "t");
          for (const record of records) {
            expect(toolkit.equalRecords(table.lookup(record[0])[0] as StoreRecord, record)).toBe(
              true,
            );
          }
          expect(table.size).toBe(records.length);
          store.close();
        },
      ),
      { numRuns: partOf(6, 500) },
    );
  });

  test("may be of one domain, or one table, on either side", async () => {
    const from = sample();
    const one = await output(["dump", from, "d/dup"]);
    expect(one).toContain('"end":{"tables":1,"records":4,');
    const all = await output(["dump", from]);
    const to = join(scratch(), "to");
    expect(await output(["load", to, "d"], { input: all })).toBe("7 records of 3 tables loaded\n");
    expect(await output(["load", to, "e%2F\u{1f600}/order%20ed"], { input: all })).toBe(
      "3 records of 1 table loaded\n",
    );
    expect(await content(to)).toBe(await content(from));
    expect(await runStore(["load", to, "none/t"], { input: all })).toMatchObject({ code: 3 });
    expect(await runStore(["dump", from, "none"])).toMatchObject({ code: 3, stdout: "" });
  });

  test("a dump that is cut, at whichever byte, is refused, and nothing is there then", async () => {
    const dump = Buffer.from(await output(["dump", sample()]));
    const to = join(scratch(), "to");
    for (let end = 0; end < dump.length - 1; end += partOf(13, 1)) {
      const { code, stderr } = await runStore(["load", to], { input: dump.subarray(0, end) });
      expect(code, `cut at ${end}`).toBe(1);
      expect(stderr).toMatch(/is cut|is empty/);
    }
    expect(existsSync(to)).toBe(false);
    // The last line break is nothing that could be missed.
    await output(["load", to], { input: dump.subarray(0, -1) });
  });

  test("a dump that is cut is loaded up to the cut with --partial", async () => {
    const lines = (await output(["dump", sample()])).split("\n");
    const input = `${lines.slice(0, 4).join("\n")}\n["k",`;
    const to = join(scratch(), "to");
    expect(await output(["load", to, "--partial"], { input })).toBe(
      "2 records of 1 table loaded, up to the cut\n",
    );
    expect(await output(["scan", to, "d/dup"])).toBe('["k",2]\n["k",1]\n');
    expect(await runStore(["load", to, "--partial"], { input: "" })).toMatchObject({ code: 1 });
  });

  test("a dump of which a byte is another is refused, whichever, and nothing is there then", async () => {
    const dump = Buffer.from(await output(["dump", sample()]));
    const to = join(scratch(), "to");
    for (let at = 0; at < dump.length - 1; at += partOf(9, 1)) {
      const changed = Buffer.from(dump);
      changed[at] = (changed[at] as number) ^ 0x01;
      for (const flags of [[], ["--partial"]]) {
        const { code } = await runStore(["load", to, ...flags], { input: changed });
        if (code === 0)
          throw new Error(`byte ${at} was another: ${changed.toString("utf8", at - 20, at + 20)}`);
      }
    }
    expect(existsSync(to)).toBe(false);
  });

  test.each([
    ["hello\n", "line 1: hello"],
    ['{"store":"other"}\n', "line 1: no dump of this program"],
    ['{"store":"dump","version":2}\n', "it has version 2"],
    ['{"store":"dump","version":1}\n["k"]\n', "line 2: a record before the first table"],
    ['{"store":"dump","version":1}\n{"table":["d"],"type":"set"}\n', "a table is [domain, name]"],
    [
      '{"store":"dump","version":1}\n{"table":["d","t"],"type":"tree"}\n',
      'no type of table: "tree"',
    ],
    ['{"store":"dump","version":1}\n{"x":1}\n', "neither a table"],
    ["T[]\n", "a record has a key"],
    ['T[{"a":1}]\n', "the key of a record is"],
    ['T[{"$number":"NaN"}]\n', "the key of a record is"],
    ['T["k",{"$unheard":1}]\n', "there is no extension"],
    ['T["k",9007199254740993]\n', "$bigint"],
    ['T{"record":["k"],"expiresAt":"soon"}\n', "expiresAt is a time"],
    ['T{"record":1}\n', "a record is an array"],
    ['T{"table":["d","t"],"type":"set"}\n', "comes twice"],
    ['T{"end":{}}\n', "lacks its checksum"],
    [
      'T{"end":{"tables":1,"records":5,"crc32":"00000000"}}\n',
      "it has 0 records, and its closing line says 5",
    ],
    [
      'T{"end":{"tables":1,"records":0,"crc32":"00000000"}}\n["k"]\n',
      "something comes after the closing line",
    ],
    ['T{"end":{"tables":1,"records":0,"crc32":"00000000"}}\n', "its checksum isn't"],
  ])("a dump with %j is refused, and the line is named", async (text, why) => {
    const head = '{"store":"dump","version":1}\n{"table":["d","t"],"type":"set"}\n';
    const input = text.replace(/^T/, head);
    const to = join(scratch(), "to");
    const { code, stderr } = await runStore(["load", to, "--partial"], { input });
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(stderr).toContain("Nothing was loaded");
    expect(existsSync(to)).toBe(false);
  });

  test("bytes that aren't UTF-8 are refused", async () => {
    const head = '{"store":"dump","version":1}\n{"table":["d","t"],"type":"set"}\n["';
    const input = Buffer.concat([Buffer.from(head), Buffer.from([0xff]), Buffer.from('"]\n')]);
    const { stderr } = await runStore(["load", join(scratch(), "to"), "--partial"], { input });
    expect(stderr).toContain("line 3: it isn't UTF-8");
  });

  test("a table that holds records is left alone, and no other is filled", async () => {
    const dump = await output(["dump", sample()]);
    const to = dataDirectory({ domain: "d", name: "set", records: [["mine", 1]] });
    const before = await content(to);
    const { code, stderr } = await runStore(["load", to], { input: dump });
    expect(code).toBe(1);
    expect(stderr).toMatch(/has a table d\/set already, with 1 records/);
    expect(await content(to)).toBe(before);
    // One that is empty is filled, if it has the type.
    const empty = dataDirectory({ domain: "d", name: "set", records: [["mine", 1]] });
    await output(["delete", empty, "d/set", '"mine"']);
    await output(["load", empty], { input: dump });
    const other = dataDirectory({ domain: "e", name: "x", records: [[1]] });
    await output(["put", other, "d/set", "[1]", "--type", "bag"]);
    await output(["delete", other, "d/set", "1"]);
    const mismatch = await runStore(["load", other], { input: dump });
    expect(mismatch.stderr).toMatch(/bag/);
    expect(await output(["ls", other, "--json"])).not.toContain("dup");
  });

  test("--merge adds to what is there, in one step", async () => {
    const dump = await output(["dump", sample()]);
    const to = dataDirectory({
      domain: "d",
      name: "set",
      records: [
        ["mine", 1],
        ["a", "old"],
      ],
    });
    expect(await output(["load", to, "--merge", "d"], { input: dump })).toContain(
      "7 records of 3 tables",
    );
    expect(await output(["scan", to, "d/set"])).toContain('["mine",1]');
    expect(await output(["get", to, "d/set", '"a"'])).toBe('["a",{"$bigint":"1"}]\n');
    expect(await output(["scan", to, "d/dup", "--count"])).toBe("4\n");
  });

  test("records of one key in a set are told, not dropped", async () => {
    const lines = [
      '{"store":"dump","version":1}',
      '{"table":["d","t"],"type":"set"}',
      '["k",1]',
      '["k",2]',
      "",
    ];
    const to = join(scratch(), "to");
    const { code, stderr } = await runStore(["load", to, "--partial"], { input: lines.join("\n") });
    expect(code).toBe(1);
    expect(stderr).toContain("of 2 records of d/t, 1 came to be");
    expect(await output(["ls", to])).toBe("");
  });

  test("a file that changes between the two readings leaves nothing", async () => {
    const dump = await output(["dump", sample()]);
    const file = join(scratch(), "d.ndjson");
    writeFileSync(file, dump);
    // The target is opened after the first reading.
    const to = join(scratch(), "to");
    const other = dump.replace('["k",1]', '["k",9]');
    const options = { signal: changingSignal(() => writeFileSync(file, other), 1) };
    const { code, stderr } = await runStore(["load", to, "--in", file], options);
    expect(stderr).toMatch(/was changed/);
    expect(code).toBe(1);
    expect(await output(["ls", to])).toBe("");
  });

  test("what is read from a pipe is kept in a temporary file, and removed", async () => {
    const kept = () => readdirSync(tmpdir()).filter((name) => name.startsWith("store-load-"));
    const before = kept();
    await output(["load", join(scratch(), "to")], { input: await output(["dump", sample()]) });
    await runStore(["load", join(scratch(), "to")], { input: "cut" });
    expect(kept()).toEqual(before);
  });

  test("--out makes no file that isn't whole, and replaces none", async () => {
    const [from, cwd] = [sample(), scratch()];
    const file = join(cwd, "d.ndjson");
    await output(["dump", from, "--out", file]);
    expect(readFileSync(file, "utf8")).toMatch(/"crc32":"[0-9a-f]{8}"\}\}\n$/);
    const again = await runStore(["dump", from, "--out", file]);
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain("--force replaces it");
    const json = await output(["dump", from, "--out", file, "--force", "--json"]);
    expect(JSON.parse(json)).toEqual({ file, tables: 4, records: 10 });
    mkdirSync(join(cwd, "sub"));
    const aborted = AbortSignal.abort();
    const { code } = await runStore(["dump", from, "--out", join(cwd, "sub", "x")], {
      signal: aborted,
    });
    expect(code).toBe(130);
    expect(readdirSync(join(cwd, "sub"))).toEqual([]);
    expect(await runStore(["load", join(cwd, "to"), "--in", join(cwd, "none")])).toMatchObject({
      code: 3,
    });
  });
});

/** A signal that is never aborted, and does something when it is asked for the nth time. */
function changingSignal(act: () => void, nth: number): AbortSignal {
  let asked = 0;
  return new Proxy(new AbortController().signal, {
    get(signal, name) {
      if (name === "aborted" && ++asked === nth) act();
      const value: unknown = Reflect.get(signal, name, signal);
      return typeof value === "function" ? value.bind(signal) : value;
    },
  });
}
