import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const executablePath = PLACES.find((path) => existsSync(path));

/** Whether there is a Chromium. CI has one: there, a test that is skipped for want of it is an error. */
export const hasChromium: boolean = executablePath !== undefined;

if (!hasChromium) {
  if (process.env.STORE_REQUIRE_SERVERS === "1") {
    throw new Error("There is no Chromium: install Debian's chromium");
  }
  console.warn("Skipped what needs a browser: there is no Chromium.");
}

/** The real one, without a window. */
export function launch(): Promise<Browser> {
  // Its sandbox needs what containers and root don't have; it shows our own page alone.
  return chromium.launch({
    executablePath: executablePath as string,
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
}

/** A page, and what it complained of. */
export class Shown {
  readonly page: Page;
  readonly #complaints: string[] = [];
  /** Where it asked for something else than its own server. */
  readonly strangers: string[] = [];
  readonly #close: () => Promise<void>;

  private constructor(page: Page, origin: string, close: () => Promise<void>) {
    this.page = page;
    this.#close = close;
    page.on("pageerror", (error) => this.#complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") {
        this.#complaints.push(message.text());
      }
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith("data:") && !url.startsWith("blob:")) {
        this.strangers.push(url);
      }
    });
  }

  static async at(
    browser: Browser,
    url: string,
    options: BrowserContextOptions = {},
  ): Promise<Shown> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const shown = new Shown(page, new URL(url).origin, () => context.close());
    await page.goto(url);
    return shown;
  }

  /** Ends it; it must have nothing complained of, and asked nobody else. */
  async end(expected: readonly RegExp[] = []): Promise<void> {
    await this.#close();
    const others = this.#complaints.filter((text) => !expected.some((each) => each.test(text)));
    expect(others).toEqual([]);
    expect(this.strangers).toEqual([]);
  }

  /** What is wrong with it for people who don't see it, or don't use a mouse, as far as a program can tell. */
  async accessibilityProblems(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const violations = await this.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      return (await axe.run(document, { resultTypes: ["violations"] })).violations;
    });
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`,
    );
  }
}
