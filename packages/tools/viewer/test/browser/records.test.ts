import { describe, expect, test } from "vitest";
import { hasChromium } from "../support/browser.js";
import { Pages, tableHash } from "./pages.js";

const pages = new Pages();

describe.skipIf(!hasChromium)("records in a browser", () => {
  test("records are browsed page by page, and one is opened as a tree and closed again", () =>
    pages.shown(async ({ page }) => {
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
    pages.shown(
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
    pages.shown(
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
    pages.shown(
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
    pages.shown(
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
    pages.shown(
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

  test("a search shows how far it is, is cancelled, and goes on from where it was", () =>
    pages.shown(
      async ({ page }) => {
        // The first two answers are part of the way; the second waits until it is given up.
        const parts = [
          { rows: [], searched: 10_000, cursor: "10000" },
          { rows: [], searched: 5_000, cursor: "15000" },
        ];
        let giveUp = () => {};
        const isGivenUp = new Promise<void>((resolve) => {
          giveUp = resolve;
        });
        await page.route("**/api/records?*match*", async (route) => {
          const part = parts.shift();
          if (part === undefined) return route.continue();
          if (parts.length === 0) await isGivenUp;
          return route.fulfill({ json: part });
        });
        await page.getByRole("radio", { name: "Pattern" }).check({ force: true });
        const pattern = '[_,{"type":"started","run":"r0","at":_,"ok":_}]';
        await page.locator("[data-query]").first().fill(pattern);
        await page.keyboard.press("Enter");
        await page.getByText("Searching: 10,000 looked at, 0 found so far").waitFor();
        await page.getByRole("button", { name: "Cancel" }).click();
        giveUp();
        await page.getByText("0 records so far; 15,000 looked at").waitFor();
        await page.getByRole("button", { name: "100 more" }).click();
        await page.getByText(/^13 records: that is all of 20,000 looked at/).waitFor();
        expect(await page.locator("[data-record]").first().textContent()).toBe("15200");
      },
      { hash: tableHash("journal", "events") },
    ));
});
