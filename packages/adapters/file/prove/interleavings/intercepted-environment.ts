import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import type { Environment } from "../../src/platform/environment.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { Host, ProcessState, Timer } from "../../src/platform/host.js";

/** Gets each call, and makes it by `make`, as it is or with other arguments; or does something else. */
export type Intercept = (
  name: string,
  args: readonly unknown[],
  make: (args: readonly unknown[]) => unknown,
) => unknown;

/** What waits for a time, or for its turn, and gets it when the campaign says so. */
export class WaitingCallbacks {
  readonly #callbacks = new Set<() => void>();

  readonly add = (callback: () => void): Timer => {
    const waiting = () => callback();
    this.#callbacks.add(waiting);
    return { cancel: () => this.#callbacks.delete(waiting) };
  };

  /** Calls back all that wait now. */
  run(): void {
    for (const callback of [...this.#callbacks]) {
      if (this.#callbacks.delete(callback)) callback();
    }
  }
}

/** A process of which every call on files, of the clocks and about other processes passes through `intercept`. */
export function interceptedEnvironment(
  fileSystem: FileSystem,
  host: Host,
  waiting: WaitingCallbacks,
  intercept: Intercept,
): Environment {
  return {
    fileSystem: new Proxy(fileSystem, {
      get: (_, name) => {
        const method: unknown = Reflect.get(fileSystem, name);
        if (typeof method !== "function") throw new TypeError(`there is no ${String(name)}`);
        return (...args: unknown[]) =>
          intercept(String(name), args, (given) => Reflect.apply(method, fileSystem, given));
      },
    }),
    host: {
      process: host.process,
      stateOf: (process) =>
        intercept("stateOf", [process.pid], () => host.stateOf(process)) as ProcessState,
      hasOpen: (process, path) => host.hasOpen(process, path),
      sleep: (milliseconds) => host.sleep(milliseconds),
      wallTime: () => intercept("wallTime", [], () => host.wallTime()) as number,
      monotonicTime: () => intercept("monotonicTime", [], () => host.monotonicTime()) as number,
      startTimer: (_, callback) => waiting.add(callback),
      defer: waiting.add,
      uuid: () => intercept("uuid", [], () => host.uuid()) as string,
    },
    createHeartbeat: createTimerHeartbeat,
  };
}
