import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadPackage } from "../../src/places/load-package.js";
import { output, runStore } from "../support/run-in-process.js";
import { dataDirectory, scratch } from "../support/scratch.js";

const steps = () =>
  dataDirectory(
    {
      domain: "j",
      name: "steps",
      type: "ordered_set",
      records: [
        [["r1", 1], { type: "plan" }],
        [["r1", 2], { type: "act" }],
        [["r2", 1], { type: "plan" }],
        ["app:x", 1],
      ],
    },
    {
      domain: "j",
      name: "bag",
      type: "bag",
      records: [
        ["k", 1],
        ["k", 2],
        ["l", 1],
      ],
    },
  );

async function refusal(...args: string[]): Promise<string> {
  const { code, stderr, stdout } = await runStore(args);
  expect(stdout).toBe("");
  return `${code} ${stderr}`;
}

describe("scan", () => {
  test("goes by ranges, prefixes, limits, from the end, and over keys", async () => {
    const place = steps();
    const scan = (...args: string[]) => output(["scan", place, "j/steps", ...args]);
    expect(await scan("--prefix", '["r1"]', "--keys")).toBe('["r1",1]\n["r1",2]\n');
    expect(await scan("--prefix", '"app:"')).toBe('["app:x",1]\n');
    expect(await scan("--gt", '["r1",1]', "--lt", '["r2",1]', "--keys")).toBe('["r1",2]\n');
    expect(await scan("--gte", '["r1",1]', "--lte", '["r2"]', "--count")).toBe("2\n");
    expect(await scan("--reverse", "--limit", "1", "--keys")).toBe('["r2",1]\n');
    expect(await scan("--limit", "0")).toBe("");
    expect(await scan("--count", "--json")).toBe('{"count":4}\n');
  });

  test("goes by patterns", async () => {
    const place = steps();
    const scan = (...args: string[]) => output(["scan", place, "j/steps", ...args]);
    expect(await scan("--match", '[_, {"type":"plan"}]', "--keys")).toBe('["r1",1]\n["r2",1]\n');
    expect(await scan("--match", '[["r1",_], _]', "--count")).toBe("2\n");
    expect(await scan("--match", "[_, 1]", "--limit", "5")).toBe('["app:x",1]\n');
    expect(await refusal("scan", place, "j/steps", "--match", "[_,_]", "--gt", "1")).toMatch(
      /^2 .*--match goes with/,
    );
    expect(await refusal("scan", place, "j/steps", "--gt", "_")).toMatch(/^2 .*patterns only/);
  });

  test("of a table without order takes no bounds, and says why", async () => {
    expect(await refusal("scan", steps(), "j/bag", "--reverse")).toMatch(
      /^1 .*need an ordered_set/,
    );
  });
});

describe("get", () => {
  test("prints all records of a key of a bag, and when they expire to a person", async () => {
    const place = steps();
    expect(await output(["get", place, "j/bag", '"k"'])).toBe('["k",1]\n["k",2]\n');
    await output(["put", place, "j/bag", '["m",1]', "--expires-at", "2100-01-01T00:00:00Z"]);
    const { stderr } = await runStore(["get", place, "j/bag", '"m"']);
    expect(stderr).toBe("expires 2100-01-01T00:00:00.000Z\n");
    expect((await runStore(["get", place, "j/bag", '"m"', "--json"])).stderr).toBe("");
  });

  test("of a key that isn't there is 3; of one that is none 2", async () => {
    expect(await refusal("get", steps(), "j/bag", '"z"')).toMatch(/^3 /);
    expect(await refusal("get", steps(), "j/bag", '{"a":1}')).toMatch(/^2 /);
  });
});

describe("put", () => {
  test("--new puts all or none", async () => {
    const place = steps();
    const put = (...records: string[]) => runStore(["put", place, "j/bag", ...records, "--new"]);
    expect(await put('["new",1]', '["k",3]')).toMatchObject({ code: 1, stdout: "" });
    expect(await output(["scan", place, "j/bag", "--count"])).toBe("3\n");
    expect(await put('["new",1]')).toMatchObject({ code: 0 });
  });

  test("makes no table, and no directory, unless --type says so", async () => {
    const place = join(scratch(), "new");
    expect(await refusal("put", place, "d/t", "[1]")).toMatch(/^3 /);
    expect(await refusal("put", place, "d/t", "[1]", "--type", "tree")).toMatch(
      /^2 .*Allowed choices are set/,
    );
    expect(existsSync(place)).toBe(false);
    expect(await refusal("put", steps(), "j/none", "[1]")).toContain("--type makes the table");
    await output(["put", place, "d/t", "[1]", "--type", "bag"]);
    expect(await refusal("put", place, "d/t", "[1]", "--type", "set")).toMatch(/^1 .*bag/);
  });

  test.each(["1", "[]", '{"a":1}', "[{}]", "[1"])(
    "%s is no record: 2, and nothing is put",
    async (text) => {
      const place = steps();
      expect(await refusal("put", place, "j/bag", '["fine",1]', text)).toMatch(/^2 /);
      expect(await output(["scan", place, "j/bag", "--count"])).toBe("3\n");
    },
  );

  test("a moment that is none is 2", async () => {
    expect(await refusal("put", steps(), "j/bag", "[1]", "--expires-at", "soon")).toMatch(
      /^2 .*A date such as/s,
    );
  });
});

describe("delete", () => {
  test("takes keys, a record, or a range", async () => {
    const place = steps();
    expect(await output(["delete", place, "j/bag", "--record", '["k",2]'])).toBe(
      "1 record deleted\n",
    );
    expect(await output(["delete", place, "j/steps", "--prefix", '["r1"]', "--json"])).toBe(
      '{"deleted":2}\n',
    );
    expect(await output(["scan", place, "j/steps", "--keys"])).toBe('"app:x"\n["r2",1]\n');
    expect(await refusal("delete", place, "j/steps")).toMatch(/^2 .*by one of these/);
    expect(await refusal("delete", place, "j/steps", "1", "--gt", "1")).toMatch(/^2 /);
    expect(await runStore(["delete", place, "j/steps", "-5"])).toMatchObject({ code: 3 });
  });
});

describe("ls and info", () => {
  test("list and tell, for a person and for a program", async () => {
    const place = steps();
    expect(await output(["ls", place, "j"])).toBe(
      "TABLE    TYPE         RECORDS\nj/bag    bag                3\nj/steps  ordered_set        4\n",
    );
    expect(await output(["ls", place, "--json"])).toBe(
      '{"domain":"j","table":"bag","type":"bag","records":3}\n{"domain":"j","table":"steps","type":"ordered_set","records":4}\n',
    );
    const info = JSON.parse(await output(["info", place, "--json"]));
    expect(info).toMatchObject({
      kind: "directory",
      adapter: "file",
      domains: 1,
      tables: 2,
      records: 7,
    });
    expect(await output(["info", place])).toMatch(/diskBytes +[\d,]+ bytes\n/);
    expect(await runStore(["ls", scratch()])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("no tables"),
    });
    expect(await refusal("ls", place, "k")).toMatch(/^3 .*has no domain k\nDid you mean j\?/);
    expect(await refusal("info", place, "j")).toMatch(/^2 .*domain\/table/);
  });

  test("names with anything in them are printed so that they can be typed", async () => {
    const strange = [
      { domain: "a/b%", name: "c/d" },
      { domain: "\ud800", name: "x y\n" },
      { domain: "é\u00a0", name: "%2F" },
    ];
    const place = dataDirectory(
      ...strange.map((names) => ({ ...names, records: [["k", names.name]] as const })),
    );
    const names = (await output(["ls", place]))
      .split("\n")
      .slice(1, -1)
      .map((line) => line.split("  ")[0]);
    expect(names).toEqual(["a%2Fb%25/c/d", "é%C2%A0/%252F", "%uD800/x%20y%0A"]);
    for (const name of names) {
      expect(await output(["scan", place, name as string, "--count"])).toBe("1\n");
    }
    expect(await refusal("ls", place, "%zz")).toMatch(/^2 .*%25/);
    expect(await refusal("get", place, "/t", "1")).toMatch(/^2 .*empty name/);
  });
});

describe("copy", () => {
  test("copies all, a domain or a table, and leaves alone what holds records", async () => {
    const [from, to] = [steps(), join(scratch(), "to")];
    expect(await output(["copy", from, "j/bag", to])).toBe(
      "3 records of 1 table copied, and compared\n",
    );
    expect(await output(["copy", from, "j/steps", to, "--json"])).toBe(
      '{"tables":[{"domain":"j","table":"steps","records":4}],"records":4}\n',
    );
    const again = await runStore(["copy", from, to]);
    expect(again).toMatchObject({ code: 1, stdout: "" });
    expect(again.stderr).toContain("holds records");
    expect(await refusal("copy", from, from)).toMatch(/^2 .*to itself/);
    expect(await refusal("copy", from)).toMatch(/^2 .*missing required argument/);
    expect(await refusal("copy", from, "x", to)).toMatch(/^3 /);
  });

  test("of several domains of which one can't be copied leaves nothing of the others", async () => {
    const from = dataDirectory(
      { domain: "a", name: "t", records: [[1]] },
      { domain: "b", name: "t", records: [[1], [2]] },
    );
    const to = dataDirectory({ domain: "b", name: "t", records: [["mine"]] });
    expect(await runStore(["copy", from, to])).toMatchObject({ code: 1 });
    expect(await output(["ls", to, "--json"])).toBe(
      '{"domain":"b","table":"t","type":"set","records":1}\n',
    );
  });

  test("that is interrupted leaves nothing", async () => {
    const to = join(scratch(), "to");
    const { code, stderr } = await runStore(["copy", steps(), to], { signal: AbortSignal.abort() });
    expect([code, stderr]).toEqual([130, "store: interrupted: nothing was copied\n"]);
    expect(await output(["ls", to])).toBe("");
  });
});

describe("usage", () => {
  test.each([
    [[], /Usage: store <command>/],
    [["lss", "x"], /unknown command 'lss'\n\(Did you mean ls\?\)/],
    [["scan", "x", "y/z", "--revrse"], /unknown option '--revrse'\n\(Did you mean --reverse\?\)/],
    [["scan", "x", "y/z", "--limit", "many"], /A whole number from 0/],
    [["ls"], /missing required argument 'place'/],
    [["ls", "a", "b", "c"], /too many arguments/],
    [["ls", "mysql://x"], /mysql:\/\/ is no place/],
    [["ls", ""], /empty one/],
    [["ls", "sqlite:"], /lacks the path/],
    [["ls", "x", "-o", "name"], /--option takes name=value/],
    [["completion", "sh"], /Allowed choices are bash, zsh, fish/],
  ] as const)("%j is 2, and says what would do", async (args, message) => {
    const { code, stderr } = await runStore(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test("a file is no place, and the message says what it may be", async () => {
    const file = join(scratch(), "x.db");
    writeFileSync(file, "x");
    expect(await refusal("ls", file)).toMatch(/^2 .*sqlite:.*store load PLACE --in/);
  });

  test("an option of the adapter that makes no sense is 2, and is named", async () => {
    expect(await refusal("ls", steps(), "-o", "cacheBytes=-1")).toMatch(/^2 .*cacheBytes/);
    expect(
      await output(["ls", steps(), "-o", "cacheBytes=0", "--option", "lockTimeout=5"]),
    ).toContain("j/bag");
  });

  test("--json tells errors as JSON, too", async () => {
    const { code, stderr } = await runStore(["get", steps(), "j/bag", '"z"', "--json"]);
    expect(JSON.parse(stderr)).toEqual({
      error: { exitCode: code, message: 'j/bag has no record of key "z"' },
    });
    const usage = await runStore(["lss", "--json"]);
    expect(JSON.parse(usage.stderr).error).toMatchObject({ exitCode: 2 });
  });

  test("--help and --version answer, and each command has examples", async () => {
    expect(await output(["--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
    const commands = [...(await output(["--help"])).matchAll(/^ {2}([a-z-]+) (?:\[|<)/gm)].map(
      ([, name]) => name as string,
    );
    expect(commands.length).toBeGreaterThan(17);
    for (const name of commands.filter((each) => each !== "help")) {
      expect(await output([name, "--help"]), name).toMatch(/Examples:\n {2}\$ /);
    }
  });

  test("what needs a package that isn't there says what to install", async () => {
    await expect(loadPackage("@store/absent", "a place")).rejects.toThrow(
      "a place needs @store/absent, which isn't installed: npm install @store/absent",
    );
  });
});

describe("completion", () => {
  test.each(["bash", "zsh", "fish"])("for %s knows all commands and options", async (shell) => {
    const script = await output(["completion", shell]);
    for (const word of ["ls", "import-erlang", "reverse", "partial", "json"])
      expect(script).toContain(word);
  });
});
