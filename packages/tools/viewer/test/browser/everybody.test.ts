import { describe, expect, test } from "vitest";
import { hasChromium } from "../support/browser.js";
import { Pages, tableHash } from "./pages.js";

const pages = new Pages();

describe.skipIf(!hasChromium)("for everybody, in a browser", () => {
  test("all of it is reached by keyboard: the skip link, the keys, the list, the help", () =>
    pages.shown(async ({ page }) => {
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
    pages.shown(
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
      pages.shown(
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
      pages.shown(
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
      pages.shown(
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
      pages.shown(
        async (page) => {
          await page.page.locator("[data-record]").first().click();
          await page.page.getByRole("button", { name: "Edit" }).click();
          await page.page.getByLabel("Record, in the text form").waitFor();
          expect(await page.accessibilityProblems()).toEqual([]);
          await page.page.getByRole("button", { name: /^Keys/ }).click();
          await page.page.getByRole("dialog").waitFor();
          expect(await page.accessibilityProblems()).toEqual([]);
        },
        { hash: tableHash("runs", "values"), colorScheme, mayWrite: true },
      ));
  });
});
