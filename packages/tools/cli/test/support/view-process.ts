import { expect } from "vitest";
import { type SpawnOptions, StoreProcess, until } from "./spawn-store.js";

/** `store view`, in a process of its own, and who asks what its page asks. */
export class ViewProcess {
  readonly process: StoreProcess;
  readonly address: string;

  private constructor(process: StoreProcess, address: string) {
    this.process = process;
    this.address = address;
  }

  static async at(args: readonly string[], options?: SpawnOptions): Promise<ViewProcess> {
    const process = new StoreProcess(["view", ...args], options);
    const isReady = () => /Ctrl-C ends it|\}\n/.test(process.stdout);
    await until(() => isReady() || process.hasEnded);
    if (!isReady()) throw new Error(process.stderr);
    const [address = ""] = /http:[^\s"]+/.exec(process.stdout) ?? [];
    return new ViewProcess(process, address);
  }

  get origin(): string {
    return new URL(this.address).origin;
  }

  url(name: string, params: Readonly<Record<string, string>> = {}): string {
    const address = new URL(this.address);
    address.pathname = `/api/${name}`;
    for (const [key, value] of Object.entries(params)) address.searchParams.set(key, value);
    return address.href;
  }

  async get<T>(name: string, params?: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(this.url(name, params));
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Which tables there are, with their sizes: these come when they were asked. */
  async tables(): Promise<unknown[]> {
    const { tables } = await this.get<{ tables: { table: string[]; records: number }[] }>("tables");
    return tables.map(({ table, records }) => [...table, records]);
  }
}

/** That a place with the sample of places/servers.test.ts is shown, without order, too. */
export async function checkView(args: readonly string[], options?: SpawnOptions): Promise<void> {
  const view = await ViewProcess.at(args, options);
  await expect
    .poll(() => view.tables(), { timeout: 10_000 })
    .toEqual([
      ["d", "ordered", 300],
      ["d", "set", 3],
      ["e", "dup", 5],
    ]);
  const page = (table: string, params: Readonly<Record<string, string>> = {}) =>
    view.get<{ rows: { key: string }[]; cursor?: string }>("records", { table, ...params });
  const last = await page('["d","ordered"]', { reverse: "1", limit: "2" });
  expect(last.rows.map(({ key }) => key)).toEqual(['["r",299]', '["r",298]']);
  const before = await page('["d","ordered"]', {
    reverse: "1",
    limit: "1",
    cursor: last.cursor ?? "",
  });
  expect(before.rows.map(({ key }) => key)).toEqual(['["r",297]']);
  const found = await page('["d","ordered"]', { match: '[["r",_],7]' });
  expect(found.rows.map(({ key }) => key)).toEqual(['["r",7]']);
  const first = await page('["e","dup"]', { limit: "3" });
  const rest = await page('["e","dup"]', { limit: "3", cursor: first.cursor ?? "" });
  expect([...first.rows, ...rest.rows].map(({ key }) => key).sort()).toEqual([
    '"k"',
    '"k"',
    '"k"',
    '"k"',
    '"l"',
  ]);
  expect(await view.get("record", { table: '["d","set"]', key: '"c"' })).toMatchObject({
    text: '["c","expires"]',
    expiresAt: expect.any(Number),
  });
  view.process.signal("SIGINT");
  expect((await view.process.ended()).code).toBe(0);
}
