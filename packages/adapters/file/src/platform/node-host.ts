import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { hostname, uptime } from "node:os";
import { basename, join } from "node:path";
import {
  clearImmediate,
  clearTimeout,
  setImmediate,
  setTimeout,
  steadyTime,
  systemTime,
} from "./clock.js";
import { errorCode } from "./error-code.js";
import type { Host, ProcessIdentity, ProcessState, Timer } from "./host.js";
import { sleep } from "./sleep.js";

/** Milliseconds; what setTimeout takes. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** Seconds by which the start of one system may seem to differ, while its clock is adjusted. */
const BOOT_TOLERANCE = 5;

/** Of the flags of an open file: how it may be used. 0 is only to read. */
const ACCESS_MODE = 0b11;

/** What the system says about a process. */
interface ProcessStatus {
  readonly start: string | undefined;
  readonly state: "running" | "stopped" | "ended";
}

/**
 * The system that this runs on.
 *
 * 1. Two processes are of one system when host name, boot and pid namespace are known on both sides, and equal. On Linux
 *    the last two come from /proc. Where that can't be read (Deno without `-A`) they are unknown, and two unknown ones
 *    are not equal: they may be two containers, each with a pid 1 of its own.
 * 2. Systems other than Linux have no pid namespaces that Node runs in. Their boot is told by its time, about: on two
 *    machines of one name that share a disk it differs. After the clock was set it does, too; then nothing can be told,
 *    and the heartbeat decides.
 * 3. A process has ended for certain when its pid is gone, or belongs to one that started at another time. It runs for
 *    certain when that time is the same. Only /proc tells it. Elsewhere pid and host name are all there is: a pid may be
 *    another's by now, after a boot above all, so one that runs is `unproven`. (To take it for the owner would lock a table for
 *    good when the pid is reused; to let the heartbeat decide costs an owner that is blocked for too long its table, and it
 *    is told so.)
 */
export class NodeHost implements Host {
  readonly #proc: string;
  readonly #platform: NodeJS.Platform;
  #process: ProcessIdentity | undefined;

  constructor(proc: string, platform: NodeJS.Platform) {
    this.#proc = proc;
    this.#platform = platform;
  }

  get process(): ProcessIdentity {
    this.#process ??= {
      pid: process.pid,
      host: known(hostname),
      ...(this.#platform === "linux"
        ? {
            boot: this.#text("sys/kernel/random/boot_id"),
            namespace: this.#target("self/ns/pid"),
            // A /proc of another namespace counts processes otherwise: what it says of a pid is about someone else.
            start:
              this.#target("self") === String(process.pid)
                ? this.#look(process.pid)?.start
                : undefined,
          }
        : {
            boot: known(() => `~${Math.round(systemTime() / 1000 - uptime())}`),
            namespace: "none",
            start: undefined,
          }),
      thread: ownThread(),
    };
    return this.#process;
  }

  stateOf(other: ProcessIdentity): ProcessState {
    const { pid, start } = other;
    // Zero and below would ask about groups of processes.
    if (!this.#isOfThisSystem(other) || pid <= 0) return "unknown";
    try {
      process.kill(pid, 0);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ESRCH") return "ended";
      if (code !== "EPERM") return "unknown";
    }
    if (start === undefined || this.process.start === undefined) return "unproven";
    const seen = this.#look(pid);
    if (seen?.start === undefined) return "unproven";
    return seen.start === start ? seen.state : "ended";
  }

  hasOpen({ pid }: ProcessIdentity, path: string): boolean | undefined {
    if (this.process.start === undefined) return undefined;
    try {
      const file = statSync(path, { bigint: true });
      const name = basename(path);
      const realPath = realpathSync(path);
      const directory = join(this.#proc, String(pid), "fd");
      return readdirSync(directory).some((descriptor) => {
        const link = known(() => readlinkSync(join(directory, descriptor)));
        if (link === undefined || basename(link) !== name) return false;
        // By its path, too: some file systems in user space give one file several numbers.
        const opened = known(() => statSync(join(directory, descriptor), { bigint: true }));
        const isSame = link === realPath || (opened?.dev === file.dev && opened.ino === file.ino);
        return isSame && this.#isWritable(pid, descriptor);
      });
    } catch {
      return undefined;
    }
  }

  wallTime(): number {
    return systemTime();
  }

  monotonicTime(): number {
    return steadyTime();
  }

  sleep(milliseconds: number): void {
    sleep(milliseconds);
  }

  startTimer(milliseconds: number, callback: () => void): Timer {
    let timeout: NodeJS.Timeout;
    const wait = (left: number) => {
      const next = left > LONGEST_TIMEOUT ? () => wait(left - LONGEST_TIMEOUT) : callback;
      timeout = setTimeout(next, Math.min(left, LONGEST_TIMEOUT)).unref();
    };
    wait(milliseconds);
    return { cancel: () => clearTimeout(timeout) };
  }

  defer(callback: () => void): Timer {
    const cancel = () => {
      clearImmediate(immediate);
      clearTimeout(timeout);
    };
    const run = () => {
      cancel();
      callback();
    };
    const immediate = setImmediate(run).unref();
    // An immediate that keeps nothing alive doesn't wake an idle event loop either: it would wait for the next event.
    const timeout = setTimeout(run, 0).unref();
    return { cancel };
  }

  uuid(): string {
    return randomUUID();
  }

  #isOfThisSystem({ host, boot, namespace }: ProcessIdentity): boolean {
    const own = this.process;
    const isKnown = host !== undefined && boot !== undefined && namespace !== undefined;
    return (
      isKnown && host === own.host && namespace === own.namespace && isSameBoot(boot, own.boot)
    );
  }

  #look(pid: number): ProcessStatus | undefined {
    const text = this.#text(`${pid}/stat`);
    if (text === undefined) return undefined;
    // The second field is a name in parentheses, which may contain anything; after it come a letter and numbers.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [letter, threads, start] = [fields[0], fields[17], fields[19]];
    if (letter === "T" || letter === "t") return { start, state: "stopped" };
    // It has ended, but its parent has not asked how: it keeps its pid, and can be sent signals. The main thread of a
    // process can end before others, which may still be in the middle of a write.
    return { start, state: letter === "Z" && Number(threads) <= 1 ? "ended" : "running" };
  }

  #isWritable(pid: number, descriptor: string): boolean {
    const flags = /^flags:\s*([0-7]+)/m.exec(this.#text(`${pid}/fdinfo/${descriptor}`) ?? "")?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
  }

  #text(name: string): string | undefined {
    return known(() => readFileSync(join(this.#proc, name), "utf8").trim());
  }

  #target(name: string): string | undefined {
    return known(() => readlinkSync(join(this.#proc, name)));
  }
}

/** What the system says; undefined if it doesn't, or if this program may not ask. */
function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** Whether two are the same, or times, as seconds, that are about the same. */
function isSameBoot(a: string, b: string | undefined): boolean {
  if (a === b) return true;
  const difference = Number(a.slice(1)) - Number(b?.slice(1));
  return a.startsWith("~") && b?.startsWith("~") === true && Math.abs(difference) <= BOOT_TOLERANCE;
}

/**
 * The main thread doesn't ask node:worker_threads: as soon as Node loads that there, it replaces `process.chdir`. In a
 * worker it is loaded anyway, and `process.chdir` is one that only throws.
 */
function ownThread(): number {
  const inWorker = "disabled" in process.chdir;
  return inWorker ? process.getBuiltinModule("node:worker_threads").threadId : 0;
}

/** {@link NodeHost} of the running system. Each thread has its own. */
export const nodeHost: Host = new NodeHost("/proc", process.platform);
