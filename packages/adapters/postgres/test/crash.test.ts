import { createStore, type Store } from "@store/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partOf } from "../../../../tooling/long.js";
import { postgresAdapter } from "../src/index.js";
import { binaries, Cluster } from "./support/cluster.js";
import { Writer } from "./support/crash-writer.js";

const CRASHES = partOf(2, 25);
const WRITERS = 6;
const TIMEOUT = 5_000;
/** How soon a writer must succeed once the server is back. */
const BACK_MS = 2_000;

describe.skipIf(binaries === undefined)("a server that is killed under load", () => {
  let cluster: Cluster;
  let store: Store<"async">;

  beforeAll(async () => {
    cluster = await Cluster.create();
    store = createStore({
      adapter: postgresAdapter,
      options: { client: cluster.url, timeout: TIMEOUT },
    });
  });
  afterAll(async () => {
    await store.close();
    await cluster.remove();
  });

  test("loses nothing that was acknowledged, doubles nothing, and is used again at once", async () => {
    const writers = await Promise.all(
      Array.from({ length: WRITERS }, (_unused, number) => Writer.open(store, number)),
    );
    const running = writers.map((writer) => writer.run());
    for (let crash = 0; crash < CRASHES; crash++) {
      await Promise.all(writers.map((writer) => writer.nextSuccesses(20)));
      await cluster.stop("immediate");
      await Promise.all(writers.map((writer) => writer.nextFailure()));
      await cluster.start();
      const back = performance.now();
      await Promise.all(writers.map((writer) => writer.nextSuccesses(1)));
      expect(performance.now() - back).toBeLessThan(BACK_MS);
    }
    for (const writer of writers) writer.stop();
    await Promise.all(running);
    for (const writer of writers) await writer.check();
    expect(Math.max(...writers.map(({ longestMs }) => longestMs))).toBeLessThan(TIMEOUT + 500);
    const codes = new Set(writers.flatMap((writer) => [...writer.codes]));
    expect([...codes].filter((code) => !EXPECTED.has(code))).toEqual([]);
  });
});

const EXPECTED = new Set(["STORE_UNAVAILABLE", "STORE_OUTCOME_UNKNOWN"]);
