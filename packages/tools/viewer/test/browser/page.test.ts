import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store, StoreRecord } from "@store/core";
import { decodeText } from "@store/text-form";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launch, Shown } from "../support/browser.js";
import { Viewing } from "../support/viewer.js";
import { filledStore } from "./filled.js";

const DOMAINS = ["agents", "journal", "runs"];
const directory = mkdtempSync(join(tmpdir(), "store-viewer-page-"));
let browser: Browser;
let store: Store<"sync">;
let viewing: Viewing;
let writing: Viewing;

beforeAll(async () => {
  if (!hasChromium) return;
  store = filledStore(join(directory, "data"));
  browser = await launch();
  viewing = await Viewing.kept(store, { domains: DOMAINS, label: "./data" });
  writing = await Viewing.kept(store, { domains: DOMAINS, label: "./data", write: true });
});

afterAll(async () => {
  await browser?.close();
  await viewing?.viewer.close();
  await writing?.viewer.close();
  store?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Does something with a page, and ends it. */
async function shown(
  act: (shown: Shown) => Promise<void>,
  { hash = "", at = viewing, complaints = [], ...options }: ShownOptions = {},
): Promise<void> {
  const page = await Shown.at(browser, `${at.viewer.url}${hash}`, options);
  await act(page);
  await page.end(complaints);
}

interface ShownOptions extends BrowserContextOptions {
  readonly hash?: string;
  readonly at?: Viewing;
  /** What the browser's console may say. */
  readonly complaints?: readonly RegExp[];
}

const tableHash = (domain: string, name: string, params: Record<string, string> = {}) =>
  `#/table?${new URLSearchParams({ ...params, t: JSON.stringify([domain, name]) })}`;

describe.skipIf(!hasChromium)("in a browser", () => {
  test("the list of tables has their types, sizes and records, and growth as it happens", () =>
    shown(async ({ page }) => {
      const row = page.getByRole("row", { name: /journal\/events/ });
      await row.waitFor();
      expect(await row.textContent()).toMatch(/ordered_set.*20,000.*±0/);
      expect(await page.title()).toBe("Tables · ./data");
      const runs = store.ensureTable<StoreRecord>("runs", "runs");
      runs.insertMany([["new 1"], ["new 2"]]);
      await page
        .getByRole("row", { name: /runs\/runs/ })
        .getByText("+2", { exact: true })
        .waitFor();
      runs.deleteMany(["new 1", "new 2"]);
    }));

  test("records are browsed page by page, and one is opened as a tree and closed again", () =>
    shown(async ({ page }) => {
      await page
        .getByRole("navigation")
        .getByRole("link", { name: /events/ })
        .click();
      await page.getByText("100 records so far").waitFor();
      await page.getByRole("button", { name: "100 more" }).click();
      await page.getByText("200 records so far").waitFor();
      expect(await page.locator("[data-record]").count()).toBe(200);
      await page.locator("[data-record]").nth(150).click();
      const panel = page.getByRole("region", { name: "Record", exact: true });
      await panel.getByText("151").first().waitFor();
      await panel
        .getByText(/step_finished|started|tool_called|failed|finished/)
        .first()
        .waitFor();
      await page.keyboard.press("Escape");
      await panel.waitFor({ state: "detached" });
      const focused = await page.evaluate(() => document.activeElement?.textContent);
      expect(focused).toBe("151");
    }));

  test("a value of each kind is shown as what it is, bytes as hexadecimal and ASCII", () =>
    shown(
      async ({ page }) => {
        await page.locator("[data-record]").first().waitFor();
        await page.getByRole("button", { name: '"everything"' }).click();
        const panel = page.getByRole("region", { name: "Record", exact: true });
        await panel.getByText("12345678901234567890n").waitFor();
        const text = (await panel.textContent()) ?? "";
        for (const part of [
          "2026-01-31T12:00:00.000Z",
          "Map of 2 entries",
          "Set of 3 members",
          "undefined",
          "null",
          "-0",
          "NaN",
          "300 bytes",
        ]) {
          expect(text).toContain(part);
        }
        await panel.getByText("0000  00 07 0e 15 1c 23 2a 31  |.....#*1|").waitFor();
        await panel.getByText("0.5, -1.25, 3").waitFor();
        await panel.getByText("and another, which is so long").waitFor();
        // Closed and opened by keyboard.
        const toggle = panel.getByRole("button", { name: /^map, Map of 2/ });
        await toggle.focus();
        await page.keyboard.press("Enter");
        expect(await toggle.getAttribute("aria-expanded")).toBe("false");
        await panel.getByText('Map(2) {"a" → 1n').waitFor();
      },
      { hash: tableHash("runs", "values") },
    ));

  test("a long value comes in parts", () =>
    shown(
      async ({ page }) => {
        await page.getByRole("button", { name: '"long"' }).click();
        const panel = page.getByRole("region", { name: "Record", exact: true });
        await panel.getByText("array of 250 elements").waitFor();
        await panel.getByRole("button", { name: "150 more" }).click();
        await panel.getByRole("button", { name: "50 more" }).click();
        await panel.getByText("249").first().waitFor();
      },
      { hash: tableHash("runs", "values") },
    ));

  test("hostile keys and values are text, and do nothing", () =>
    shown(
      async ({ page }) => {
        await page.getByRole("button", { name: /script/ }).click();
        await page
          .getByRole("region", { name: "Record", exact: true })
          .getByText(/onerror/)
          .first()
          .waitFor();
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: /u0000/ }).click();
        await page.getByText('"\\u0000\\u001b[31m\\u202e"').first().waitFor();
        expect(await page.title()).toBe("runs/values · ./data");
        expect(await page.locator("main img, main script").count()).toBe(0);
      },
      { hash: tableHash("runs", "values") },
    ));

  test("by key, range, prefix and pattern, forwards and backwards, and the address says which", () =>
    shown(
      async ({ page }) => {
        const first = () => page.locator("[data-record]").first().textContent();
        await page.getByText("100 records so far").waitFor();
        await page.getByRole("radio", { name: "Key" }).check({ force: true });
        await page.getByLabel("Key", { exact: true }).last().fill('["r7",3]');
        await page.keyboard.press("Enter");
        await page.getByText("1 record: that is all").waitFor();
        expect(await first()).toBe('["r7", 3]');

        await page.getByRole("radio", { name: "Prefix" }).check({ force: true });
        await page.locator("[data-query]").first().fill('["r12"]');
        await page.getByLabel("last first").check();
        await page.getByRole("button", { name: "Search" }).click();
        await page.getByText("25 records: that is all").waitFor();
        expect(await first()).toBe('["r12", 25]');
        expect(new URL(page.url()).hash).toContain("prefix=");

        await page.getByRole("radio", { name: "Range" }).check({ force: true });
        await page.locator("[data-query]").first().fill('["r7",24]');
        await page.locator("[data-query]").last().fill('["r8",2]');
        await page.getByLabel("last first").uncheck();
        await page.getByRole("button", { name: "Search" }).click();
        await page.getByText("3 records: that is all").waitFor();

        await page.getByRole("radio", { name: "Pattern" }).check({ force: true });
        await page.locator("[data-query]").first().fill('[["r5",_],{"tool":"read","ms":_}]');
        await page.keyboard.press("Enter");
        await page.getByText("8 records: that is all of 25 looked at").waitFor();

        await page.goBack();
        await page.goBack();
        await page.getByText("25 records: that is all").waitFor();
        await page.reload();
        await page.getByText("25 records: that is all").waitFor();
        expect(await first()).toBe('["r12", 25]');

        await page.getByRole("radio", { name: "Pattern" }).check({ force: true });
        await page.locator("[data-query]").first().fill("[[_");
        await page.keyboard.press("Enter");
        await page.getByRole("alert").first().waitFor();
      },
      // What is refused is told in the console, too.
      { hash: tableHash("journal", "steps"), complaints: [/status of 400/] },
    ));

  test("a table without order offers what works there", () =>
    shown(
      async ({ page }) => {
        await page.getByText("100 records so far").waitFor();
        const ways = await page.locator(".way").allTextContents();
        expect(ways).toEqual(["All", "Key", "Pattern"]);
        await page.getByRole("radio", { name: "Pattern" }).check({ force: true });
        await page.locator("[data-query]").first().fill('[_,{"state":"failed","tokens":_}]');
        await page.keyboard.press("Enter");
        await page.getByText("45 records: that is all of 400 looked at").waitFor();
      },
      { hash: tableHash("runs", "runs") },
    ));

  test("a journal is followed live, and told how much has come", () =>
    shown(
      async ({ page }) => {
        await page.getByText("100 records so far").waitFor();
        await page.keyboard.press("f");
        await page.getByText("0 new records").waitFor();
        expect(await page.locator("[data-record]").last().textContent()).toBe(
          "20,000".replace(",", ""),
        );
        const events = store.ensureTable<StoreRecord>("journal", "events");
        events.insert([20_001, { type: "late" }]);
        await page.getByText("1 new record", { exact: false }).waitFor();
        await page.getByText('{type: "late"}').waitFor();
        events.delete(20_001);
        await page.getByRole("button", { name: "Following" }).click();
        await page.getByText("100 records so far").waitFor();
      },
      { hash: tableHash("journal", "events") },
    ));

  test("the engine is shown in pictures that say in words what they show", () =>
    shown(
      async ({ page }) => {
        const names = [
          /^Writes a second/,
          /^Runs by level/,
          /^Segments of the log: \d+ files/,
          /^Dead bytes: about/,
          /^Lookups that the cache of entries answered/,
          /^Blocks and filters that were in the cache/,
          /^Bytes on disk/,
        ];
        for (const name of names) await page.getByRole("img", { name }).waitFor();
        const events = store.ensureTable<StoreRecord>("journal", "events");
        events.insert([1, { type: "again" }]);
        await page.getByRole("img", { name: /^Writes a second: .*at most/ }).waitFor();
      },
      { hash: "#/engine" },
    ));

  test("two moments are compared: sizes of tables, and keys of what was shown", () =>
    shown(
      async ({ page }) => {
        await page.getByText("25 records: that is all").waitFor();
        await page.keyboard.press("m");
        await page.getByText(/Marked: \d+ tables and 25 records/).waitFor();
        const steps = store.ensureTable<StoreRecord>("journal", "steps");
        steps.insert([["r9", 26], "added"]);
        steps.insert([["r9", 1], "changed"]);
        steps.delete(["r9", 2]);
        steps.insert([["r10", 26], "elsewhere"]);
        await page.keyboard.press("3");
        const keys = (name: string) => page.getByRole("region", { name: `${name} keys` });
        await keys("Added").getByText('["r9", 26]').waitFor();
        await keys("Changed").getByText('["r9", 1]').waitFor();
        await keys("Removed").getByText('["r9", 2]').waitFor();
        expect(await keys("Added").getByRole("listitem").count()).toBe(1);
        await page.getByRole("row", { name: /journal\/steps.*\+1/ }).waitFor();
        steps.deleteMany([
          ["r9", 26],
          ["r10", 26],
        ]);
        steps.insert([["r9", 2], "back"]);
      },
      { hash: tableHash("journal", "steps", { prefix: '["r9"]' }) },
    ));

  test("what is shown is exported, as a dump and as JSON", () =>
    shown(
      async ({ page }) => {
        await page.getByText("25 records: that is all").waitFor();
        const exported = async (name: RegExp) => {
          await page.getByText("Export", { exact: true }).click();
          const [download] = await Promise.all([
            page.waitForEvent("download"),
            page.getByRole("link", { name }).click(),
          ]);
          return readFileSync(await download.path(), "utf8");
        };
        const dump = await exported(/The 25 shown, NDJSON/);
        expect(dump.trimEnd().split("\n")).toHaveLength(28);
        expect(JSON.parse(dump.split("\n").at(-2) ?? "").end.records).toBe(25);
        const json = await exported(/All of these, JSON/);
        expect(decodeText(json.replaceAll("\n", ""))).toHaveLength(25);
      },
      { hash: tableHash("journal", "steps", { prefix: '["r3"]' }), acceptDownloads: true },
    ));

  test("without write there is no way to change anything", () =>
    shown(
      async ({ page }) => {
        await page.getByText("read-only").waitFor();
        await page.locator("[data-record]").first().click();
        await page.getByRole("region", { name: "Record", exact: true }).waitFor();
        for (const name of ["New record", "Edit", "Delete"]) {
          expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
        }
      },
      { hash: tableHash("runs", "values") },
    ));

  test("with write a record is put, replaced and deleted", () =>
    shown(
      async ({ page }) => {
        const runs = store.ensureTable<StoreRecord>("runs", "runs");
        await page.getByText("writable").waitFor();
        await page.getByRole("button", { name: "New record" }).click();
        const field = page.getByLabel("Record, in the text form");
        await field.fill('["mine",{"n":{"$bigint":"1"}}]');
        await page.getByRole("button", { name: "Insert" }).click();
        await page.getByText("The record is inserted.").waitFor();
        expect(runs.lookup("mine")).toEqual([["mine", { n: 1n }]]);

        await page.getByRole("radio", { name: "Key" }).check({ force: true });
        await page.locator("[data-query]").first().fill('"mine"');
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: '"mine"' }).click();
        await page.getByRole("button", { name: "Edit" }).click();
        await field.fill('["mine",{"n":2}]');
        await page.getByRole("button", { name: "Replace" }).click();
        await page.getByText("The record is replaced.").waitFor();
        expect(runs.lookup("mine")).toEqual([["mine", { n: 2 }]]);

        page.on("dialog", (dialog) => void dialog.accept());
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByText("The record is deleted.").waitFor();
        expect(runs.member("mine")).toBe(false);
      },
      { hash: tableHash("runs", "runs"), at: writing },
    ));

  test("all of it is reached by keyboard: the skip link, the keys, the list, the help", () =>
    shown(async ({ page }) => {
      await page.getByRole("row", { name: /journal\/events/ }).waitFor();
      await page.keyboard.press("Tab");
      const name = () => page.evaluate(() => document.activeElement?.textContent);
      expect(await name()).toBe("Skip to the content");
      await page.keyboard.press("Enter");
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("MAIN");
      await page.keyboard.press("/");
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("filter");
      await page.keyboard.type("steps");
      await page.getByRole("row", { name: /journal\/events/ }).waitFor({ state: "detached" });
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("100 records so far").waitFor();
      // Nothing is chosen yet: the first.
      await page.keyboard.press("j");
      await page.keyboard.press("j");
      await page.keyboard.press("ArrowDown");
      expect(await name()).toBe('["r1", 3]');
      const outline = await page.evaluate(
        () => getComputedStyle(document.activeElement as Element).outlineStyle,
      );
      expect(outline).toBe("solid");
      await page.keyboard.press("Enter");
      await page.getByRole("region", { name: "Record", exact: true }).waitFor();
      await page.keyboard.press("Escape");
      expect(await name()).toBe('["r1", 3]');
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog", { name: "Keys" });
      await dialog.waitFor();
      await dialog.getByLabel("single keys are shortcuts").uncheck();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      await page.keyboard.press("2");
      expect(new URL(page.url()).hash).toContain("#/table");
    }));

  test("the dark mode is the system's, and the switch's, which is remembered", () =>
    shown(
      async ({ page }) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).colorScheme);
        await page.getByRole("row", { name: /journal\/events/ }).waitFor();
        expect(await ground()).toBe("dark");
        const theme = page.getByRole("button", { name: /^Theme/ });
        await theme.click();
        await theme.click();
        expect(await theme.textContent()).toBe("Theme: light");
        await expect.poll(ground).toBe("light");
        await page.reload();
        await theme.waitFor();
        await expect.poll(ground).toBe("light");
      },
      { colorScheme: "dark" },
    ));

  describe("at 400 pixels", () => {
    const viewport = { width: 400, height: 800 };

    test.each([
      "",
      "#/engine",
      "#/compare",
      tableHash("runs", "values"),
      tableHash("journal", "events"),
    ])("%s scrolls in one direction", (hash) =>
      shown(
        async ({ page }) => {
          await page.getByRole("heading", { level: 1 }).waitFor();
          await page.waitForLoadState("networkidle");
          const widths = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            innerWidth,
          ]);
          expect(widths[0]).toBeLessThanOrEqual(widths[1] as number);
        },
        { viewport, hash },
      ),
    );

    test("tables, records and one of them are reached", () =>
      shown(
        async ({ page }) => {
          await page.getByRole("button", { name: "All tables" }).click();
          await page
            .getByRole("navigation")
            .getByRole("link", { name: /values/ })
            .click();
          await page.getByRole("button", { name: '"everything"' }).click();
          const panel = page.getByRole("region", { name: "Record", exact: true });
          await panel.waitFor();
          expect((await panel.boundingBox())?.width).toBe(400);
          await panel.getByRole("button", { name: "Close the record" }).click();
          await panel.waitFor({ state: "detached" });
        },
        { viewport },
      ));
  });

  describe.each(["light", "dark"] as const)("for everybody, %s", (colorScheme) => {
    test.each([
      ["tables", "", undefined],
      ["engine", "#/engine", undefined],
      ["compare", "#/compare", undefined],
      ["records", tableHash("journal", "events"), undefined],
      ["a pattern", tableHash("runs", "runs", { match: "[_,_]" }), undefined],
      ["a record", tableHash("runs", "values"), '"everything"'],
    ] as const)("%s has nothing that axe finds", (_name, hash, record) =>
      shown(
        async (page) => {
          await page.page.getByRole("heading", { level: 1 }).waitFor();
          if (record !== undefined) {
            await page.page.getByRole("button", { name: record }).click();
            await page.page.getByText("0000  00 07").waitFor();
          } else {
            await page.page.waitForLoadState("networkidle");
          }
          expect(await page.accessibilityProblems()).toEqual([]);
        },
        { hash, colorScheme },
      ),
    );

    test("the help and a record that is edited have nothing that axe finds", () =>
      shown(
        async (page) => {
          await page.page.locator("[data-record]").first().click();
          await page.page.getByRole("button", { name: "Edit" }).click();
          await page.page.getByLabel("Record, in the text form").waitFor();
          expect(await page.accessibilityProblems()).toEqual([]);
          await page.page.getByRole("button", { name: /^Keys/ }).click();
          await page.page.getByRole("dialog").waitFor();
          expect(await page.accessibilityProblems()).toEqual([]);
        },
        { hash: tableHash("runs", "values"), colorScheme, at: writing },
      ));
  });

  test("a search through many records shows how far it is, and is cancelled", async () => {
    const big = store.ensureTable<StoreRecord>("runs", "big", { type: "ordered_set" });
    for (let from = 0; from < 400_000; from += 20_000) {
      big.insertMany(Array.from({ length: 20_000 }, (_each, index) => [from + index, "x"]));
    }
    await shown(
      async ({ page }) => {
        await page.getByText(/Searching: [\d,]{5,} looked at, 0 found so far/).waitFor();
        await page.getByRole("button", { name: "Cancel" }).click();
        await page.getByText(/^0 records so far; [\d,]+ looked at/).waitFor();
        // It goes on from where it was.
        await page.getByRole("button", { name: "100 more" }).click();
        await page.getByText("1 record: that is all of 400,000 looked at").waitFor();
      },
      { hash: tableHash("runs", "big", { match: "[399999,_]", gte: "0" }) },
    );
    store.dropTable("runs", "big");
  });

  test("a viewer that was ended is told of, and what was shown stays", async () => {
    const ended = await Viewing.kept(store, { domains: DOMAINS });
    const page = await Shown.at(browser, ended.viewer.url);
    await page.page.getByRole("row", { name: /journal\/events/ }).waitFor();
    await ended.viewer.close();
    await page.page.getByText("the viewer doesn't answer: was it ended?").waitFor();
    await page.page.getByRole("row", { name: /journal\/events/ }).waitFor();
    await page.end([/ERR_CONNECTION_REFUSED|Failed to load/]);
  });

  test("without the token there is no page", async () => {
    const page = await Shown.at(browser, `${viewing.origin}/`);
    expect(await page.page.textContent("body")).toContain("lacks the token");
    await page.end([/403/]);
  });
});
