import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { output, runStore } from "../support/run-in-process.js";
import { scratch } from "../support/scratch.js";
import { StoreProcess, until } from "../support/spawn-store.js";

test.skipIf(process.platform === "win32")(
  "serve owns a place for others, whose commands go to its socket, until it is interrupted",
  async () => {
    const directory = scratch();
    const [place, socket] = [join(directory, "data"), join(directory, "s")];
    await output(["put", place, "runs/runs", '["r1", { "state": "started" }]', "--type", "set"]);
    await output(["put", place, "journal/events", '[1, "begun"]', "--type", "ordered_set"]);
    const server = new StoreProcess(["serve", place, "--socket", socket]);
    await until(() => existsSync(socket) || server.hasEnded);
    expect(await output(["get", socket, "runs/runs", '"r1"'])).toContain("started");
    await output(["put", socket, "runs/runs", '["r2", { "state": "done" }]']);
    expect(await output(["scan", socket, "runs/runs", "--count"])).toBe("2\n");
    expect(await output(["ls", socket, "runs"])).toContain("runs/runs");
    // Without a domain, all of them.
    expect(await output(["ls", socket])).toBe(
      "TABLE           TYPE         RECORDS\njournal/events  ordered_set        1\nruns/runs       set                2\n",
    );
    // Whoever wants the directory itself is told who has it.
    const { code, stderr } = await runStore(["delete", place, "runs/runs", '"r1"']);
    expect([code, stderr]).toEqual([4, expect.stringContaining(String(server.pid))]);
    server.signal("SIGINT");
    expect((await server.ended()).code).toBe(0);
    expect(existsSync(socket)).toBe(false);
    expect(await output(["get", place, "runs/runs", '"r2"'])).toContain("done");
  },
);

test("a socket isn't served once more", async () => {
  const { code, stderr } = await runStore(["serve", "unix:./s", "--socket", "other"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("is served already")]);
});
