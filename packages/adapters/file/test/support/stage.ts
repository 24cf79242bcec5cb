import type { ManualHost } from "../../simulation/manual-host.js";
import type { Environment } from "../../src/platform/environment.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import type { Host, ProcessState } from "../../src/platform/host.js";

/** What several processes do to one file system. All in it is deterministic. */
export interface Scene {
  /** The files as they are before all begins, and a process for each course. Made anew many times. */
  build(): { readonly fileSystem: FileSystem; readonly hosts: readonly ManualHost[] };
  /** What each process does; what it returns, or the code of what it throws, says what came of it. */
  readonly courses: readonly ((environment: Environment) => string)[];
  /** The courses whose process may die, before any of its steps. */
  readonly mortal?: readonly number[];
  /** Whether a name, or a path, is one that no course cares for but that which made it. */
  isPrivate(path: string): boolean;
}

/** A call on the file system, or of `stateOf`, and what came of it. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly failure?: unknown;
  readonly value?: unknown;
  /** What a read has put into its buffer. */
  readonly bytes?: Uint8Array;
}

/** The calls of a step of a course, or its death, and how the course ended if it did. */
export interface Turn {
  readonly calls: readonly Call[] | "death";
  readonly end: string | undefined;
}

/** Calls that change nothing. */
const LOOKS = new Set(["status", "linkStatus", "identify", "list", "size", "read", "stateOf"]);

/**
 * A scene that is being played, step by step.
 *
 * A step is one call that other courses may notice, and those after it that they can't: on private paths, and on
 * descriptors, as a file has its content before others know its name.
 *
 * A course is suspended between its steps by running it again for each: its earlier calls get the answers that they
 * got, and those after the step throw. It may catch that, but must come to an end.
 */
export class Stage {
  readonly fileSystem: FileSystem;
  readonly #scene: Scene;
  readonly #hosts: readonly ManualHost[];

  constructor(scene: Scene) {
    this.#scene = scene;
    const { fileSystem, hosts } = scene.build();
    this.fileSystem = fileSystem;
    this.#hosts = hosts;
  }

  /** Does again what a step has done. */
  repeat(course: number, calls: Turn["calls"]): void {
    if (calls === "death") {
      this.kill(course);
      return;
    }
    for (const { name, args, failure } of calls) {
      if (failure === undefined && !LOOKS.has(name)) this.#make(course, name, args);
    }
  }

  kill(course: number): Turn {
    const host = this.#hostOf(course);
    host.kill(host.process);
    return { calls: "death", end: "dead" };
  }

  /** Makes the next step of a course, which has come as far as its earlier calls. */
  advance(course: number, earlier: readonly Call[]): Turn {
    const calls: Call[] = [];
    let count = 0;
    let isSuspended = false;
    const environment = this.#environmentOf(course, (name, args) => {
      const known = earlier[count++];
      if (known !== undefined) return answer(known, args);
      isSuspended ||= calls.length > 0 && !this.#isPrivate(name, args);
      if (isSuspended) throw new Error("suspended");
      const call = this.#make(course, name, args);
      calls.push(call);
      return answer(call, args);
    });
    const end = endOf(() => this.#scene.courses[course]?.(environment) ?? "");
    return { calls, end: isSuspended ? undefined : end };
  }

  #isPrivate(name: string, args: readonly unknown[]): boolean {
    // What a directory is stays the same.
    if (name === "identify") return true;
    const paths = args.filter((arg) => typeof arg === "string");
    return typeof args[0] === "number" || (paths.length > 0 && paths.every(this.#scene.isPrivate));
  }

  #make(course: number, name: string, given: readonly unknown[]): Call {
    const args = given.map((arg) => (arg instanceof Uint8Array ? Uint8Array.from(arg) : arg));
    const on: object = name === "stateOf" ? this.#hostOf(course) : this.fileSystem;
    const act: unknown = Reflect.get(on, name);
    if (typeof act !== "function") throw new TypeError(`there is no ${name}`);
    const bytes = name === "read" ? { bytes: args[1] as Uint8Array } : {};
    try {
      return { name, args, value: Reflect.apply(act, on, args), ...bytes };
    } catch (failure) {
      return { name, args, failure };
    }
  }

  #environmentOf(
    course: number,
    call: (name: string, args: readonly unknown[]) => unknown,
  ): Environment {
    const fileSystem = new Proxy(this.fileSystem, {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          call(String(name), args),
    });
    const inner = this.#hostOf(course);
    let uuids = 0;
    const host: Host = {
      process: inner.process,
      stateOf: (process) => call("stateOf", [process]) as ProcessState,
      hasOpen: () => undefined,
      wallTime: () => inner.wallTime(),
      monotonicTime: () => inner.monotonicTime(),
      sleep() {},
      startTimer: () => ({ cancel() {} }),
      defer: () => ({ cancel() {} }),
      uuid: () => `${course}-${++uuids}`,
    };
    return { fileSystem, host };
  }

  #hostOf(course: number): ManualHost {
    return this.#hosts[course] as ManualHost;
  }
}

function answer({ failure, value, bytes }: Call, args: readonly unknown[]): unknown {
  if (failure !== undefined) throw failure;
  if (bytes !== undefined) (args[1] as Uint8Array).set(bytes);
  return value;
}

function endOf(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}
