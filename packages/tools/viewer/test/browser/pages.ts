import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Store } from "@store/core";
import type { Browser, BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { hasChromium, launch, Shown } from "../support/browser.js";
import { Viewing } from "../support/viewer.js";
import { filledStore } from "./filled.js";

export const DOMAINS: readonly string[] = ["agents", "journal", "runs"];

export interface ShownOptions extends BrowserContextOptions {
  readonly hash?: string;
  readonly mayWrite?: boolean;
  /** What the browser's console may say. */
  readonly complaints?: readonly RegExp[];
}

/** A store with something of everything, and a browser that shows it, for the tests of a file. */
export class Pages {
  #browser: Browser | undefined;
  #store: Store<"sync"> | undefined;
  #viewing: Viewing | undefined;
  #writing: Viewing | undefined;

  constructor() {
    const directory = mkdtempSync(join(tmpdir(), "store-viewer-page-"));
    beforeAll(async () => {
      if (!hasChromium) return;
      this.#store = filledStore(join(directory, "data"));
      this.#browser = await launch();
      const options = { domains: DOMAINS, label: "./data" };
      this.#viewing = await Viewing.kept(this.#store, options);
      this.#writing = await Viewing.kept(this.#store, { ...options, write: true });
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.#viewing?.viewer.close();
      await this.#writing?.viewer.close();
      this.#store?.close();
      rmSync(directory, { recursive: true, force: true });
    });
  }

  get browser(): Browser {
    return begun(this.#browser);
  }

  get store(): Store<"sync"> {
    return begun(this.#store);
  }

  get viewing(): Viewing {
    return begun(this.#viewing);
  }

  /** Does something with a page, and ends it. */
  async shown(
    act: (shown: Shown) => Promise<void>,
    { hash = "", mayWrite = false, complaints = [], ...options }: ShownOptions = {},
  ): Promise<void> {
    const { viewer } = mayWrite ? begun(this.#writing) : this.viewing;
    const page = await Shown.at(this.browser, `${viewer.url}${hash}`, options);
    await act(page);
    await page.end(complaints);
  }
}

function begun<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the tests haven't begun");
  return value;
}

export function tableHash(
  domain: string,
  name: string,
  params: Readonly<Record<string, string>> = {},
): string {
  return `#/table?${new URLSearchParams({ ...params, t: JSON.stringify([domain, name]) })}`;
}
