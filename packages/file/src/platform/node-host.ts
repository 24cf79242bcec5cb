import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from "node:timers";
import { errorCode } from "./error-code.js";
import type { Host, ProcessIdentity, Timer } from "./host.js";

/** Milliseconds; what setTimeout takes. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

/** What the system says about a process. */
interface ProcessStatus {
  readonly start: string | undefined;
  /** It has ended, but its parent has not asked how: it keeps its pid, and can be sent signals. */
  readonly ended: boolean;
}

/**
 * The system that this runs on. On Linux boot, pid namespace and start come from /proc; elsewhere they are undefined,
 * and a process is told by its host name and its pid alone: a reused pid looks alive.
 *
 * What {@link Host.isAlive} says:
 *
 * 1. A process that may belong to another system can't be told: where host name, boot or namespace differ, or only one
 *    side knows them. The same host name with another boot can be this machine before it was booted, but also a
 *    container of the same name elsewhere; and when it was this machine, booting took longer than any heartbeat lasts.
 * 2. It is false only where the process has certainly ended: its pid is gone, or belongs to one that started at another
 *    time.
 * 3. It is true where the thread lives as long as the process does, or is this one. Whether another worker still runs
 *    can't be told.
 */
export class NodeHost implements Host {
  readonly #proc: string;
  #process: ProcessIdentity | undefined;

  constructor(proc: string) {
    this.#proc = proc;
  }

  get process(): ProcessIdentity {
    this.#process ??= {
      pid: process.pid,
      host: hostname(),
      boot: this.#text("sys/kernel/random/boot_id"),
      namespace: this.#target("self/ns/pid"),
      // A /proc of another namespace counts processes otherwise: what it says of a pid is about someone else.
      start:
        this.#target("self") === String(process.pid) ? this.#look(process.pid)?.start : undefined,
      thread: ownThread(),
    };
    return this.#process;
  }

  isAlive({ pid, host, boot, namespace, start, thread }: ProcessIdentity): boolean | undefined {
    const own = this.process;
    if (host !== own.host || boot !== own.boot || namespace !== own.namespace) return undefined;
    const runs = this.#runs(pid, start);
    if (runs !== true) return runs;
    return thread === 0 || (pid === own.pid && thread === own.thread) ? true : undefined;
  }

  wallTime(): number {
    return Date.now();
  }

  monotonicTime(): number {
    return performance.now();
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

  #runs(pid: number, start: string | undefined): boolean | undefined {
    // Zero and below would ask about groups of processes.
    if (pid <= 0) return undefined;
    try {
      process.kill(pid, 0);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ESRCH") return false;
      if (code !== "EPERM") return undefined;
    }
    if (this.process.start === undefined) return true;
    const seen = this.#look(pid);
    if (seen === undefined) return true;
    return !seen.ended && (start === undefined || start === seen.start);
  }

  #look(pid: number): ProcessStatus | undefined {
    const text = this.#text(`${pid}/stat`);
    if (text === undefined) return undefined;
    // The second field is a name in parentheses, which may contain anything; after it come a letter and numbers.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, threads, start] = [fields[0], fields[17], fields[19]];
    // The main thread of a process can end before others, which may still be in the middle of a write.
    return { start, ended: state === "Z" && Number(threads) <= 1 };
  }

  #text(name: string): string | undefined {
    try {
      return readFileSync(join(this.#proc, name), "utf8").trim();
    } catch {
      return undefined;
    }
  }

  #target(name: string): string | undefined {
    try {
      return readlinkSync(join(this.#proc, name));
    } catch {
      return undefined;
    }
  }
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
export const nodeHost: Host = new NodeHost("/proc");
