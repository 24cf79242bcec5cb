import { createClient } from "redis";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { isServerThere } from "./support/server.js";

const URL_OF_SAMPLE = "redis://127.0.0.1:6379";
const isThere = await isServerThere(URL_OF_SAMPLE);

describe.skipIf(!isThere)(isThere ? "the sample" : "skipped: no Redis answers", () => {
  test("does what the README says", async () => {
    const client = await createClient({ url: URL_OF_SAMPLE }).connect();
    const clean = async () => {
      const keys = await client.keys("sample:*");
      if (keys.length > 0) await client.unlink(keys);
    };
    await clean();
    onTestFinished(async () => {
      await clean();
      await client.close();
    });
    const log = vi.spyOn(console, "log").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const { claimed } = await import("./programs/sample.js");
    expect(claimed).toBe(true);
    expect(log.mock.calls).toEqual([
      [1, "started"],
      [2, "claimed"],
    ]);
  });
});
