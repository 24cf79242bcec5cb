import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { Store } from "@store/core";
import { onTestFinished } from "vitest";
import { serveViewer, type Viewer, type ViewerOptions } from "../../src/index.js";
import type { PageAnswer, RecordRow } from "../../src/protocol.js";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly json: any;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Another one than the viewer's; undefined: none. */
  readonly token?: string | undefined;
}

type Params = Readonly<Record<string, string | number | undefined>> | URLSearchParams;

/** A viewer of a test, and who asks it. */
export class Viewing {
  readonly viewer: Viewer;
  readonly token: string;

  private constructor(viewer: Viewer) {
    this.viewer = viewer;
    this.token = new URL(viewer.url).searchParams.get("token") ?? "";
  }

  /** Serves a store until the test is over. */
  static async of(
    store: Store<"sync"> | Store<"async">,
    options: Partial<ViewerOptions> = {},
  ): Promise<Viewing> {
    const viewing = await Viewing.kept(store, options);
    onTestFinished(() => viewing.viewer.close());
    return viewing;
  }

  /** One that whoever asks for it closes. */
  static async kept(
    store: Store<"sync"> | Store<"async">,
    options: Partial<ViewerOptions> = {},
  ): Promise<Viewing> {
    return new Viewing(await serveViewer(store, { domains: ["d"], ...options }));
  }

  get origin(): string {
    return `http://127.0.0.1:${this.viewer.port}`;
  }

  /** Asks as exactly as given: a browser's own client would set headers itself. */
  ask(path: string, params: Params = {}, options: AskOptions = {}): Promise<Answer> {
    const query = new URLSearchParams();
    const entries = params instanceof URLSearchParams ? params : Object.entries(params);
    for (const [name, value] of entries) if (value !== undefined) query.set(name, String(value));
    const token = "token" in options ? options.token : this.token;
    if (token !== undefined) query.set("token", token);
    const { method = "GET", headers = {}, body } = options;
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          host: "127.0.0.1",
          port: this.viewer.port,
          method,
          path: `${path}?${query}`,
          headers: Object.fromEntries(
            Object.entries(headers).filter(([, value]) => value !== undefined),
          ) as Record<string, string>,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString();
            const isJson = /^application\/json/.test(response.headers["content-type"] ?? "");
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: isJson && text !== "" ? JSON.parse(text) : undefined,
            });
          });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  /** Asks for what has to be answered. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  async get(name: string, params: Params = {}): Promise<any> {
    const { status, text, json } = await this.ask(`/api/${name}`, params);
    if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
    return json;
  }

  post(name: string, body: object, options: AskOptions = {}): Promise<Answer> {
    return this.ask(
      `/api/${name}`,
      {},
      {
        method: "POST",
        body: JSON.stringify(body),
        ...options,
        headers: { "content-type": "application/json", origin: this.origin, ...options.headers },
      },
    );
  }

  /** All records that are asked for, page by page. */
  async all(
    params: Params,
    afterPage: (page: PageAnswer) => void | Promise<void> = () => {},
  ): Promise<{
    readonly rows: readonly RecordRow[];
    readonly searched: number;
    readonly pages: number;
  }> {
    const rows: RecordRow[] = [];
    let searched = 0;
    let pages = 0;
    let cursor: string | undefined;
    do {
      const page: PageAnswer = await this.get("records", { ...params, cursor } as Params);
      rows.push(...page.rows);
      searched += page.searched;
      pages++;
      ({ cursor } = page);
      await afterPage(page);
    } while (cursor !== undefined);
    return { rows, searched, pages };
  }
}

export const named = (name: string, domain = "d"): string => JSON.stringify([domain, name]);
