import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as timers from "node:timers";
import { threadId, Worker } from "node:worker_threads";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { ProcessIdentity } from "../src/platform/host.js";
import { NodeHost, nodeHost } from "../src/platform/node-host.js";
import { temporaryDirectory } from "./support/playground.js";
import { SystemError } from "./support/system-error.js";

vi.mock("node:timers", { spy: true });

beforeEach(() => {
  vi.resetAllMocks();
  vi.restoreAllMocks();
});

const onLinux = test.runIf(process.platform === "linux");

/** A process that waits until it is killed, once it has said something. */
async function startChild(command: string, ...given: string[]): Promise<[ChildProcess, string]> {
  const child = spawn(command, given, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  const [said] = await once(child.stdout, "data");
  return [child, String(said).trim()];
}

function startNode(script: string): Promise<[ChildProcess, string]> {
  return startChild(
    process.execPath,
    "-e",
    `${script}; console.log("here"); setInterval(() => {}, 1e6)`,
  );
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

/** The fields of /proc/<pid>/stat after the name of a process: field 3 of proc(5) comes first. */
function statOf(pid: number | string): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}

/** Who a process is that runs beside this one. */
function identityOf(pid: number | undefined): ProcessIdentity {
  if (pid === undefined) throw new Error("the process didn't start");
  const start = process.platform === "linux" ? statOf(pid)[19] : undefined;
  return { ...nodeHost.process, pid, start, thread: 0 };
}

describe("isAlive", () => {
  test("of this thread is true", () => {
    expect(nodeHost.isAlive(nodeHost.process)).toBe(true);
  });

  test("of a process is true until it was killed, then false", async () => {
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    expect(nodeHost.isAlive(identity)).toBe(true);
    await kill(child);
    expect(nodeHost.isAlive(identity)).toBe(false);
  });

  onLinux(
    "of a process whose pid was reused is false; where its start isn't known, true",
    async () => {
      const [child] = await startNode("");
      const identity = identityOf(child.pid);
      expect(nodeHost.isAlive({ ...identity, start: `${Number(identity.start) - 1}` })).toBe(false);
      expect(nodeHost.isAlive({ ...identity, start: undefined })).toBe(true);
    },
  );

  onLinux("finds the start of a process whose name looks like the fields of another", async () => {
    const [child] = await startNode(`process.title = "a) Z 1 (b) S"`);
    expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain("(a) Z 1 (b) S");
    expect(nodeHost.isAlive(identityOf(child.pid))).toBe(true);
  });

  onLinux("of a process that has ended is false, although its parent doesn't ask", async () => {
    const [parent, pid] = await startChild("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000");
    // The shell would ask.
    const nameOf = () => readFileSync(`/proc/${parent.pid}/comm`, "utf8");
    await vi.waitUntil(() => nameOf() === "sleep\n", { interval: 1 });
    const identity = identityOf(Number(pid));
    const before = nodeHost.isAlive(identity);
    process.kill(Number(pid), "SIGKILL");
    expect(before).toBe(true);
    await vi.waitUntil(() => statOf(pid)[0] === "Z", { interval: 1 });
    expect(nodeHost.isAlive(identity)).toBe(false);
  });

  test("of a process of another user is true", () => {
    vi.spyOn(process, "kill").mockImplementation(() => {
      throw new SystemError("EPERM", "kill", "");
    });
    expect(nodeHost.isAlive(identityOf(process.ppid))).toBe(true);
  });

  test("can't be told elsewhere, or where only one side knows where it is", async () => {
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    await kill(child);
    expect(nodeHost.isAlive(identity)).toBe(false);
    expect(nodeHost.isAlive({ ...identity, host: "elsewhere" })).toBeUndefined();
    for (const other of ["other", nodeHost.process.boot === undefined ? "known" : undefined]) {
      expect(nodeHost.isAlive({ ...identity, boot: other })).toBeUndefined();
      expect(nodeHost.isAlive({ ...identity, namespace: other })).toBeUndefined();
    }
  });

  test("of a worker of another process can't be told until the process has ended", async () => {
    const [child] = await startNode("");
    const worker = { ...identityOf(child.pid), thread: 1 };
    expect(nodeHost.isAlive(worker)).toBeUndefined();
    await kill(child);
    expect(nodeHost.isAlive(worker)).toBe(false);
  });

  test("in a worker is true of itself and the main thread, of no other worker", () => {
    Object.assign(vi.spyOn(process, "chdir"), { disabled: true });
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ threadId: 3 });
    const worker = new NodeHost("/proc");
    expect(worker.process).toEqual({ ...nodeHost.process, thread: 3 });
    expect(worker.isAlive(worker.process)).toBe(true);
    expect(worker.isAlive({ ...worker.process, thread: 0 })).toBe(true);
    expect(worker.isAlive({ ...worker.process, thread: 4 })).toBeUndefined();
    expect(worker.isAlive({ ...identityOf(process.ppid), thread: 3 })).toBeUndefined();
  });

  test("a worker is known by what Node replaces in it", async () => {
    const worker = new Worker(
      "require('worker_threads').parentPort.postMessage(process.chdir.disabled)",
      { eval: true },
    );
    expect(await once(worker, "message")).toEqual([true]);
    expect(process.chdir).not.toHaveProperty("disabled");
  });

  test.each([0, -1, -process.pid, 2 ** 40, 1.5, Number.NaN])(
    "of pid %d, which no process has, can't be told",
    (pid) => {
      expect(nodeHost.isAlive({ ...nodeHost.process, pid })).toBeUndefined();
    },
  );

  test("where there is no /proc goes by the pid alone", async () => {
    const host = new NodeHost("/none");
    const { pid, boot, namespace, start } = host.process;
    expect([pid, boot, namespace, start]).toEqual([process.pid, undefined, undefined, undefined]);
    const [child] = await startNode("");
    const identity = { ...host.process, pid: child.pid ?? 0, start: "7" };
    expect(host.isAlive(identity)).toBe(true);
    await kill(child);
    expect(host.isAlive(identity)).toBe(false);
  });

  test("where /proc shows no process but this one goes by the pid of others", async () => {
    const [child] = await startNode("");
    const proc = temporaryDirectory();
    mkdirSync(join(proc, String(process.pid)));
    writeFileSync(
      join(proc, String(process.pid), "stat"),
      "1 (node) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 9",
    );
    symlinkSync(String(process.pid), join(proc, "self"));
    const host = new NodeHost(proc);
    expect(host.process.start).toBe("9");
    const identity = { ...host.process, pid: child.pid ?? 0, start: "8", thread: 0 };
    expect(host.isAlive(identity)).toBe(true);
    await kill(child);
    expect(host.isAlive(identity)).toBe(false);
  });

  test("where /proc numbers the processes of another namespace doesn't go by it", async () => {
    const [child] = await startNode("");
    const proc = temporaryDirectory();
    for (const pid of [process.pid, child.pid, 1]) {
      mkdirSync(join(proc, String(pid)));
      writeFileSync(
        join(proc, String(pid), "stat"),
        "1 (init) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 9",
      );
    }
    symlinkSync("1", join(proc, "self"));
    const host = new NodeHost(proc);
    expect(host.process.start).toBeUndefined();
    expect(host.isAlive({ ...host.process, pid: child.pid ?? 0, start: "8", thread: 0 })).toBe(
      true,
    );
  });
});

describe("the identity of this process", () => {
  test("is read once", () => {
    expect(nodeHost.process).toBe(nodeHost.process);
    expect(nodeHost.process).toMatchObject({
      pid: process.pid,
      host: hostname(),
      thread: threadId,
    });
  });

  onLinux("has the boot, the namespace and the start", () => {
    const { boot, namespace, start } = nodeHost.process;
    expect(boot).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(namespace).toMatch(/^pid:\[\d+\]$/);
    expect(start).toBe(statOf("self")[19]);
  });
});

describe("time", () => {
  test("a timer calls back in its time", async () => {
    const start = nodeHost.monotonicTime();
    await new Promise<void>((resolve) => nodeHost.startTimer(20, resolve));
    expect(nodeHost.monotonicTime() - start).toBeGreaterThan(18);
  });

  test("a timer of more than setTimeout takes waits in parts", () => {
    const parts: [() => void, number][] = [];
    vi.mocked(timers.setTimeout as (...given: unknown[]) => unknown).mockImplementation(
      (callback, milliseconds) => {
        parts.push([callback as () => void, milliseconds as number]);
        return { unref: () => ({}) };
      },
    );
    const callback = vi.fn();
    nodeHost.startTimer(2 ** 32, callback);
    for (const longest of [2 ** 31 - 1, 2 ** 31 - 1, 2]) {
      expect(callback).not.toHaveBeenCalled();
      const [next, milliseconds] = parts.pop() ?? [];
      expect(milliseconds).toBe(longest);
      next?.();
    }
    expect(callback).toHaveBeenCalledTimes(1);
    expect(parts).toEqual([]);
  });

  test("defer calls back once, and soon, even when nothing else happens", async () => {
    const start = performance.now();
    const callback = vi.fn();
    await new Promise<void>((resolve) => nodeHost.defer(() => resolve(callback())));
    expect(performance.now() - start).toBeLessThan(1_000);
    await new Promise<void>((resolve) => nodeHost.startTimer(5, resolve));
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test("defer calls back although an idle event loop never comes to its immediates", async () => {
    const immediate = timers.setImmediate(() => {});
    vi.mocked(timers.setImmediate).mockReturnValueOnce(immediate);
    await new Promise<void>((resolve) => nodeHost.defer(resolve));
  });

  test("what is cancelled doesn't call back", async () => {
    const callback = vi.fn();
    nodeHost.startTimer(1, callback).cancel();
    nodeHost.defer(callback).cancel();
    await new Promise<void>((resolve) => nodeHost.startTimer(5, resolve));
    expect(callback).not.toHaveBeenCalled();
  });

  test("neither a timer nor what is deferred keeps the process alive", () => {
    const pending = [nodeHost.startTimer(1_000, () => {}), nodeHost.defer(() => {})];
    const timeouts = vi.mocked(timers.setTimeout).mock.results;
    const immediates = vi.mocked(timers.setImmediate).mock.results;
    for (const { value } of [...timeouts, ...immediates]) expect(value.hasRef()).toBe(false);
    expect(immediates).toHaveLength(1);
    for (const timer of pending) timer.cancel();
  });

  test("wallTime is that of the system; uuids are random", () => {
    expect(Math.abs(nodeHost.wallTime() - Date.now())).toBeLessThan(60_000);
    expect(nodeHost.uuid()).not.toBe(nodeHost.uuid());
  });
});
