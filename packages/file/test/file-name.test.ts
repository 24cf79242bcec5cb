import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { directoryName, tableName } from "../src/file-name.js";

const oddNames = fc.constantFrom(
  "CON",
  "con",
  "Com1",
  "lpt9.txt",
  "nul.",
  "..",
  ".",
  "%",
  "%41",
  "%u0041",
  "a=b",
  "é",
  "e\u0301",
  "ß",
  "SS",
  "ı",
  "I",
  "\ud83d\ude00",
  "\ud83d",
  "\0",
  " ",
);
const oddParts = fc.oneof(oddNames, fc.string({ unit: "binary", maxLength: 3 }));
const name = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.array(oddParts, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("") || "x"),
  fc.string({
    unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    minLength: 1,
  }),
);
const longName = fc
  .tuple(name, fc.integer({ min: 150, max: 250 }))
  .map(([part, length]) => part.repeat(length).slice(0, length));

describe("the name of a directory", () => {
  test.each([
    ["events", "events"],
    ["user-sessions_2.v1", "user-sessions_2.v1"],
    ["Events", "%45vents"],
    ["a b", "a%20b"],
    ["a/b\\c:d", "a%2fb%5cc%3ad"],
    ["100%", "100%25"],
    ["a~1", "a%7e1"],
    ["größe", "gr%f6%dfe"],
    ["表", "%u8868"],
    ["\ud83d\ude00", "%ud83d%ude00"],
    ["\udc00", "%udc00"],
    [".", "%2e"],
    ["..", "%2e%2e"],
    [".hidden", "%2ehidden"],
    ["end.", "end%2e"],
    [" end ", "%20end%20"],
    ["\0\n", "%00%0a"],
    ["con", "%63on"],
    ["nul.txt", "%6eul.txt"],
    ["com0", "%63om0"],
    ["com1", "%63om1"],
    ["lpt0.tar.gz", "%6cpt0.tar.gz"],
    ["console", "console"],
    ["com10", "com10"],
    ["my.con", "my.con"],
  ])("directoryName of %j is %j, and tableName leads back", (table, directory) => {
    expect(directoryName(table)).toBe(directory);
    expect(tableName(directory)).toBe(table);
  });

  test("directoryName of what would be too long is cut, and ends in a hash of all of it", () => {
    expect(directoryName("a".repeat(200))).toBe("a".repeat(200));
    expect(directoryName("a".repeat(201))).toBe(
      `${"a".repeat(100)}=867051d41c67f8090003c53d2aa22857d444f2fcdbda3241ca13bcf8db085ba4`,
    );
    expect(tableName(directoryName("a".repeat(201)))).toBeUndefined();
  });

  test.each([
    "",
    "Events",
    "a b",
    "%2E",
    "%61x",
    "%61",
    "%u0041",
    "%",
    "%u12",
    "a%",
    "con",
    ".",
    ".a",
    "a.",
    "a=b",
    "表",
  ])("tableName of %j, which no table has, is undefined", (directory) => {
    expect(tableName(directory)).toBeUndefined();
  });

  test("any name that isn't too long comes back", () => {
    fc.assert(
      fc.property(name, (table) => {
        const directory = directoryName(table);
        expect(tableName(directory)).toBe(directory.includes("=") ? undefined : table);
        expect(directory.includes("=")).toBe(directory.length === 165);
      }),
      { numRuns: 2_000 },
    );
  });

  test("any result is safe on every file system", () => {
    fc.assert(
      fc.property(fc.oneof(name, longName), (table) => {
        const directory = directoryName(table);
        expect(directory).toMatch(/^[a-z0-9_%-](?:[a-z0-9._%=-]*[a-z0-9_%=-])?$/);
        expect(directory).not.toMatch(/^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/);
        expect(directory.length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 2_000 },
    );
  });

  test("names that differ have results that differ, also those that look alike or are long", () => {
    const relative = fc
      .tuple(fc.oneof(name, longName), fc.nat(), fc.nat({ max: 0xffff }))
      .map(([table, at, unit]) => {
        const index = at % table.length;
        return [table, table.slice(0, index) + String.fromCharCode(unit) + table.slice(index + 1)];
      });
    const variants = fc
      .tuple(fc.oneof(name, longName), fc.constantFrom("NFC", "NFD", "NFKC", "NFKD"))
      .map(([table, form]) => [table, table.normalize(form)]);
    const cases = fc.oneof(name, longName).map((table) => [table, table.toUpperCase()]);
    fc.assert(
      fc.property(fc.oneof(relative, variants, cases), ([a = "", b = ""]) => {
        expect(directoryName(a) === directoryName(b)).toBe(a === b);
      }),
      { numRuns: 3_000 },
    );
  });
});
