import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as timers from "node:timers";
import { threadId, Worker } from "node:worker_threads";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { SystemError } from "../../simulation/system-error.js";
import type { ProcessIdentity } from "../../src/platform/host.js";
import { NodeHost, nodeHost } from "../../src/platform/node-host.js";
import { temporaryDirectory } from "../support/playground.js";

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

/** A /proc that says which system this is, that this process is `self`, and nothing of processes. */
function fakeProc(self: number): string {
  const proc = temporaryDirectory();
  symlinkSync(String(self), join(proc, "self"));
  mkdirSync(join(proc, String(self), "ns"), { recursive: true });
  symlinkSync("pid:[1]", join(proc, String(self), "ns", "pid"));
  mkdirSync(join(proc, "sys", "kernel", "random"), { recursive: true });
  writeFileSync(join(proc, "sys", "kernel", "random", "boot_id"), "boot\n");
  return proc;
}

/** Who a process is that runs beside this one. */
function identityOf(pid: number | undefined): ProcessIdentity {
  if (pid === undefined) throw new Error("the process didn't start");
  const start = process.platform === "linux" ? statOf(pid)[19] : undefined;
  return { ...nodeHost.process, pid, start, thread: 0 };
}

describe("stateOf", () => {
  onLinux("of this process is running, and another one, until it was killed: ended", async () => {
    expect(nodeHost.stateOf(nodeHost.process)).toBe("running");
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    expect(nodeHost.stateOf(identity)).toBe("running");
    await kill(child);
    expect(nodeHost.stateOf(identity)).toBe("ended");
  });

  test("of a process that was killed is ended", async () => {
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    await kill(child);
    expect(nodeHost.stateOf(identity)).toBe("ended");
  });

  onLinux(
    "of a process that a signal stopped is stopped, until another lets it go on",
    async () => {
      const [child] = await startNode("");
      const identity = identityOf(child.pid);
      child.kill("SIGSTOP");
      await vi.waitUntil(() => nodeHost.stateOf(identity) === "stopped", { interval: 1 });
      child.kill("SIGCONT");
      await vi.waitUntil(() => nodeHost.stateOf(identity) === "running", { interval: 1 });
    },
  );

  onLinux("of a pid that was reused is ended; where its start isn't known, unproven", async () => {
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    expect(nodeHost.stateOf({ ...identity, start: `${Number(identity.start) - 1}` })).toBe("ended");
    expect(nodeHost.stateOf({ ...identity, start: undefined })).toBe("unproven");
  });

  onLinux("finds the start of a process whose name looks like the fields of another", async () => {
    const [child] = await startNode(`process.title = "a) Z 1 (b) S"`);
    expect(readFileSync(`/proc/${child.pid}/stat`, "utf8")).toContain("(a) Z 1 (b) S");
    expect(nodeHost.stateOf(identityOf(child.pid))).toBe("running");
  });

  onLinux("of a process that has ended is ended, although its parent doesn't ask", async () => {
    const [parent, pid] = await startChild("sh", "-c", "sleep 1000 & echo $!; exec sleep 1000");
    // The shell would ask.
    const nameOf = () => readFileSync(`/proc/${parent.pid}/comm`, "utf8");
    await vi.waitUntil(() => nameOf() === "sleep\n", { interval: 1 });
    const identity = identityOf(Number(pid));
    const before = nodeHost.stateOf(identity);
    process.kill(Number(pid), "SIGKILL");
    expect(before).toBe("running");
    await vi.waitUntil(() => statOf(pid)[0] === "Z", { interval: 1 });
    expect(nodeHost.stateOf(identity)).toBe("ended");
  });

  onLinux.each([
    ["EPERM", "running"],
    ["EOTHER", "unknown"],
  ])("of a process that may not be sent a signal (%s) is %s", (code, state) => {
    vi.spyOn(process, "kill").mockImplementation(() => {
      throw new SystemError(code, "kill", "");
    });
    expect(nodeHost.stateOf(identityOf(process.ppid))).toBe(state);
  });

  test("of a process elsewhere is unknown, and where neither side says where it is", async () => {
    const [child] = await startNode("");
    const identity = identityOf(child.pid);
    await kill(child);
    expect(nodeHost.stateOf(identity)).toBe("ended");
    for (const other of ["other", "~1", undefined]) {
      expect(nodeHost.stateOf({ ...identity, host: other })).toBe("unknown");
      expect(nodeHost.stateOf({ ...identity, boot: other })).toBe("unknown");
      expect(nodeHost.stateOf({ ...identity, namespace: other })).toBe("unknown");
    }
    const blind = new NodeHost("/none", "linux");
    expect(blind.process).toMatchObject({ boot: undefined, namespace: undefined });
    expect(blind.stateOf({ ...blind.process, pid: identity.pid })).toBe("unknown");
    expect(blind.stateOf(blind.process)).toBe("unknown");
  });

  test("the thread is that of a worker in a worker", () => {
    Object.assign(vi.spyOn(process, "chdir"), { disabled: true });
    vi.spyOn(process, "getBuiltinModule").mockReturnValue({ threadId: 3 });
    expect(new NodeHost("/proc", process.platform).process).toEqual({
      ...nodeHost.process,
      thread: 3,
    });
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
    "of pid %d, which no process has, is unknown",
    (pid) => {
      expect(nodeHost.stateOf({ ...nodeHost.process, pid })).toBe("unknown");
    },
  );

  test("on a system without /proc goes by name and boot: who is gone has ended, else nothing is proven", async () => {
    const host = new NodeHost("/none", "darwin");
    const { boot, namespace, start } = host.process;
    expect([boot, namespace, start]).toEqual([expect.stringMatching(/^~\d+$/), "none", undefined]);
    const [child] = await startNode("");
    const identity = { ...host.process, pid: child.pid ?? 0 };
    const seconds = Number(boot?.slice(1));
    expect(host.stateOf(identity)).toBe("unproven");
    expect(host.stateOf({ ...identity, boot: `~${seconds - 3}` })).toBe("unproven");
    for (const other of [`~${seconds + 60}`, "~", String(seconds), "boot"]) {
      expect(host.stateOf({ ...identity, boot: other }), other).toBe("unknown");
    }
    await kill(child);
    expect(host.stateOf(identity)).toBe("ended");
  });

  test("where /proc shows no process but this one goes by the pid of others", async () => {
    const [child] = await startNode("");
    const proc = fakeProc(process.pid);
    writeFileSync(
      join(proc, String(process.pid), "stat"),
      "1 (node) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 9",
    );
    const host = new NodeHost(proc, "linux");
    expect(host.process.start).toBe("9");
    const system = { host: hostname(), boot: "boot", namespace: "pid:[1]" };
    expect(host.process).toMatchObject(system);
    const identity = { ...host.process, pid: child.pid ?? 0, start: "8", thread: 0 };
    expect(host.stateOf(identity)).toBe("unproven");
    await kill(child);
    expect(host.stateOf(identity)).toBe("ended");
  });

  test("where /proc numbers the processes of another namespace doesn't go by it", async () => {
    const [child] = await startNode("");
    const proc = fakeProc(1);
    for (const pid of [process.pid, child.pid, 1]) {
      mkdirSync(join(proc, String(pid)), { recursive: true });
      writeFileSync(
        join(proc, String(pid), "stat"),
        "1 (init) S 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 9",
      );
    }
    const host = new NodeHost(proc, "linux");
    expect(host.process.start).toBeUndefined();
    expect(host.stateOf({ ...host.process, pid: child.pid ?? 0, start: "8" })).toBe("unproven");
  });
});

describe("hasOpen", () => {
  /** A process that has a file open to read, and one to write. */
  async function startOpener(): Promise<[ChildProcess, (name: string) => string]> {
    const directory = temporaryDirectory();
    const at = (name: string) => join(directory, name);
    for (const name of ["read", "written", "other"]) writeFileSync(at(name), "");
    const [child] = await startNode(
      `const fs = require("fs");
      fs.openSync(${JSON.stringify(at("read"))}, "r");
      fs.openSync(${JSON.stringify(at("written"))}, "r+")`,
    );
    return [child, at];
  }

  onLinux(
    "is whether a process has a file open for writing, whatever it is called by now",
    async () => {
      const [child, at] = await startOpener();
      const identity = identityOf(child.pid);
      expect(nodeHost.hasOpen(identity, at("written"))).toBe(true);
      expect(nodeHost.hasOpen(identity, at("read"))).toBe(false);
      expect(nodeHost.hasOpen(identity, at("other"))).toBe(false);
      mkdirSync(at("moved"));
      renameSync(at("written"), at("moved/written"));
      expect(nodeHost.hasOpen(identity, at("moved/written"))).toBe(true);
      copyFileSync(at("moved/written"), at("written"));
      expect(nodeHost.hasOpen(identity, at("written"))).toBe(false);
      expect(nodeHost.hasOpen(identity, at("none"))).toBeUndefined();
      await kill(child);
      expect(nodeHost.hasOpen(identity, at("moved/written"))).toBeUndefined();
    },
  );

  onLinux("of a worker thread is true until it was terminated", async () => {
    const file = join(temporaryDirectory(), "file");
    const worker = new Worker(
      `require("fs").openSync(${JSON.stringify(file)}, "w+");
      require("worker_threads").parentPort.postMessage("open");
      for (;;);`,
      { eval: true },
    );
    await once(worker, "message");
    expect(nodeHost.hasOpen(nodeHost.process, file)).toBe(true);
    await worker.terminate();
    expect(nodeHost.hasOpen(nodeHost.process, file)).toBe(false);
  });

  onLinux("is no file of which the system doesn't say how it was opened", () => {
    const proc = fakeProc(process.pid);
    const own = join(proc, String(process.pid));
    writeFileSync(join(own, "stat"), readFileSync("/proc/self/stat"));
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    mkdirSync(join(own, "fd"));
    symlinkSync(file, join(own, "fd", "5"));
    const host = new NodeHost(proc, "linux");
    expect(host.hasOpen(host.process, file)).toBe(false);
    mkdirSync(join(own, "fdinfo"));
    writeFileSync(join(own, "fdinfo", "5"), "pos:\t0\nflags:\t0100002\n");
    expect(host.hasOpen(host.process, file)).toBe(true);
  });

  test("can't be told without /proc", () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    for (const platform of ["linux", "darwin"] as const) {
      const host = new NodeHost("/none", platform);
      expect(host.hasOpen(host.process, file)).toBeUndefined();
    }
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

  test("sleep holds up the thread", () => {
    const start = nodeHost.monotonicTime();
    nodeHost.sleep(20);
    expect(nodeHost.monotonicTime() - start).toBeGreaterThan(18);
  });

  test("clocks go on when a test library has faked them", async () => {
    const real = [nodeHost.wallTime(), nodeHost.monotonicTime()] as const;
    vi.useFakeTimers({ now: 0 });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    vi.setSystemTime(0);
    expect([Date.now(), performance.now()]).toEqual([0, 0]);
    await new Promise<void>((resolve) => nodeHost.startTimer(20, resolve));
    await new Promise<void>((resolve) => nodeHost.defer(resolve));
    expect(nodeHost.wallTime() - real[0]).toBeGreaterThan(18);
    expect(nodeHost.monotonicTime() - real[1]).toBeGreaterThan(18);
  });

  test("wallTime is that of the system; uuids are random", () => {
    expect(Math.abs(nodeHost.wallTime() - Date.now())).toBeLessThan(60_000);
    expect(nodeHost.uuid()).not.toBe(nodeHost.uuid());
  });
});
