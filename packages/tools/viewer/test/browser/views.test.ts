import { readFileSync } from "node:fs";
import type { StoreRecord } from "@store/core";
import { decodeText } from "@store/text-form";
import { describe, expect, test } from "vitest";
import { hasChromium, Shown } from "../support/browser.js";
import { Viewing } from "../support/viewer.js";
import { DOMAINS, Pages, tableHash } from "./pages.js";

const pages = new Pages();

describe.skipIf(!hasChromium)("what else is in a browser", () => {
  test("the list of tables has their types, sizes and records, and growth as it happens", () =>
    pages.shown(async ({ page }) => {
      const row = page.getByRole("row", { name: /journal\/events/ });
      await row.waitFor();
      expect(await row.textContent()).toMatch(/ordered_set.*20,000.*±0/);
      expect(await page.title()).toBe("Tables · ./data");
      const runs = pages.store.ensureTable<StoreRecord>("runs", "runs");
      runs.insertMany([["new 1"], ["new 2"]]);
      await page
        .getByRole("row", { name: /runs\/runs/ })
        .getByText("+2", { exact: true })
        .waitFor();
      runs.deleteMany(["new 1", "new 2"]);
    }));

  test("a journal is followed live, and told how much has come", () =>
    pages.shown(
      async ({ page }) => {
        await page.getByText("100 records so far").waitFor();
        await page.keyboard.press("f");
        await page.getByText("0 new records").waitFor();
        expect(await page.locator("[data-record]").last().textContent()).toBe(
          "20,000".replace(",", ""),
        );
        const events = pages.store.ensureTable<StoreRecord>("journal", "events");
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
    pages.shown(
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
        const events = pages.store.ensureTable<StoreRecord>("journal", "events");
        events.insert([1, { type: "again" }]);
        await page.getByRole("img", { name: /^Writes a second: .*at most/ }).waitFor();
      },
      { hash: "#/engine" },
    ));

  test("two moments are compared: sizes of tables, and keys of what was shown", () =>
    pages.shown(
      async ({ page }) => {
        await page.getByText("25 records: that is all").waitFor();
        await page.keyboard.press("m");
        await page.getByText(/Marked: \d+ tables and 25 records/).waitFor();
        const steps = pages.store.ensureTable<StoreRecord>("journal", "steps");
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
    pages.shown(
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
    pages.shown(
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
    pages.shown(
      async ({ page }) => {
        const runs = pages.store.ensureTable<StoreRecord>("runs", "runs");
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
      { hash: tableHash("runs", "runs"), mayWrite: true },
    ));

  test("a viewer that was ended is told of, and what was shown stays", async () => {
    const ended = await Viewing.kept(pages.store, { domains: DOMAINS });
    const page = await Shown.at(pages.browser, ended.viewer.url);
    await page.page.getByRole("row", { name: /journal\/events/ }).waitFor();
    await ended.viewer.close();
    await page.page.getByText("the viewer doesn't answer: was it ended?").waitFor();
    await page.page.getByRole("row", { name: /journal\/events/ }).waitFor();
    await page.end([/ERR_CONNECTION_REFUSED|Failed to load/]);
  });

  test("without the token there is no page", async () => {
    const page = await Shown.at(pages.browser, `${pages.viewing.origin}/`);
    expect(await page.page.textContent("body")).toContain("lacks the token");
    await page.end([/403/]);
  });
});
