import { AssertionError } from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { holds, shownError } from "../assertions/assertion.js";
import { show } from "../assertions/show.js";
import type { AdapterProcesses, BackendConfig } from "../backend/options.js";
import type {
  Progress,
  SentError,
  WorkerMethod,
  WorkerRequest,
  WorkerResponse,
} from "./message.js";
import { PROGRAM } from "./program-path.js";
import type { Worker, WorkloadRun } from "./worker.js";

const DEFAULT_TIMEOUT_MS = 4_000;
const LONGEST_OUTPUT = 4_000;

const SLOW =
  "Likely cause: writes are slow. If they have to be, raise the option timeoutMs, the time limit of each test.";

/** Why a request may get no response. */
const STUCK: Readonly<Record<WorkerMethod, string>> = {
  setUp: "the import of the module doesn't end, or takes very long",
  open: "openTable waits for another process where it should fail with STORE_LOCKED, or it reads for very long",
  call: "the method blocks the event loop, or its promise is never settled",
  callMany:
    "the calls are slow (then raise the option timeoutMs), block the event loop, or their promises are never settled",
  commitMany:
    "the batches are slow (then raise the option timeoutMs), block the event loop, or their promises are never settled",
  runWorkload:
    "the first write doesn't return: it blocks the event loop, waits for a lock, or its promise is never settled",
  close: "close waits for something that doesn't end",
};

/** How long to wait for another process, and for what it had. */
export function timeoutOf({ timeoutMs = DEFAULT_TIMEOUT_MS }: AdapterProcesses): number {
  return timeoutMs;
}

/**
 * The kit's end of a worker process, whose store is on the backend of a test. It handles one request at a time. A
 * request fails when it takes too long or when the process has ended; the message then contains what the process printed.
 */
export class AdapterProcess {
  readonly #options: AdapterProcesses;
  readonly #timeoutMs: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #onMessage: (message: WorkerResponse | Progress) => void = () => {};
  #ending: string | undefined;
  #output = "";
  #step = 0;
  #steppedAt = 0;
  /** How long the last step took. */
  #stepMs = 0;

  /** Starts the process. Whoever does so must {@link kill} it. */
  constructor(options: AdapterProcesses) {
    this.#options = options;
    this.#timeoutMs = timeoutOf(options);
    this.#child = fork(PROGRAM, {
      // Not the runner's own: they concern its program.
      execArgv: [...(options.execArgv ?? [])],
      // Keeps what keys and records may be.
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#gone = new Promise((done) => {
      const end = (ending: string) => {
        this.#ending = ending;
        done();
      };
      this.#child.once("close", (code, signal) => end(signal ?? `exit code ${code}`));
      this.#child.on("error", (error) => {
        if (this.#child.pid === undefined) end(String(error));
      });
    });
    this.#child.on("message", (message: WorkerResponse | Progress) => {
      if ("step" in message) this.#stepped(message.step);
      this.#onMessage(message);
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-LONGEST_OUTPUT);
      });
    }
  }

  /** Lets the process import the adapter and create a store on the backend. */
  async setUp({ adapter, options }: BackendConfig): Promise<void> {
    const { module, export: name = "default" } = this.#options;
    const config = { module: urlOf(module), name, options };
    const found = await this.ask("setUp", config);
    holds(
      found === adapter.name,
      `export ${name} of ${config.module} is named ${show(found)}, the adapter that createAdapter returns ${show(adapter.name)}`,
    );
  }

  /** Sends a request and waits for its result. An error of the process is thrown here, with its code. */
  async ask<M extends WorkerMethod>(
    method: M,
    ...args: Parameters<Worker[M]>
  ): Promise<Awaited<ReturnType<Worker[M]>>> {
    const value = await this.#until(() => false, method, ...args);
    return value as Awaited<ReturnType<Worker[M]>>;
  }

  /**
   * Kills the process while it runs a workload, in the step after `last`. Returns the last step that is known to have
   * returned.
   * @param share after which share of that step's time, from 0 to 1; estimated by the step before
   */
  async killDuringWorkload(run: WorkloadRun, last: number, share = 0): Promise<number> {
    await this.#until((step) => step >= last, "runWorkload", run);
    await elapsed(share * this.#stepMs);
    await this.kill();
    return this.#step;
  }

  /** Kills the process while it opens a table. */
  async killDuringOpen(...args: Parameters<Worker["open"]>): Promise<void> {
    await this.#until(() => true, "open", ...args);
    await this.kill();
  }

  /** Kills the process at once (SIGKILL). Resolves when it has ended and all of its messages were received. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #stepped(step: number): void {
    const now = performance.now();
    this.#stepMs = now - this.#steppedAt;
    this.#steppedAt = now;
    this.#step = step;
  }

  /** Asks it, and waits for the answer, or for a step that is enough; then the value is undefined. */
  async #until<M extends WorkerMethod>(
    isEnough: (step: number) => boolean,
    method: M,
    ...args: Parameters<Worker[M]>
  ): Promise<unknown> {
    let steps = 0;
    const heard = new Promise<WorkerResponse>((done) => {
      this.#onMessage = (message) => {
        if (!("step" in message)) return done(message);
        if (message.step > 0) steps++;
        if (isEnough(message.step)) done({ value: undefined });
      };
    });
    this.#send({ method, args });
    const over = new AbortController();
    const late = setTimeout(this.#timeoutMs, undefined, { signal: over.signal });
    const answer = await Promise.race([heard, this.#gone, late]);
    over.abort();
    if (answer === undefined) throw this.#silence(method, args, steps);
    if ("error" in answer) throw received(answer.error);
    return answer.value;
  }

  #send<M extends WorkerMethod>(request: WorkerRequest<M>): void {
    try {
      // That nobody is there to get it shows by the end of the process.
      this.#child.send(request, () => {});
    } catch (error) {
      const message = `can't be sent to another process, as createAdapter's options must: ${shownError(error)}`;
      throw new AssertionError({ message });
    }
  }

  /** The failure of a request that got no response. */
  #silence(method: WorkerMethod, args: readonly unknown[], steps: number): AssertionError {
    const output = this.#output.trim() === "" ? "nothing" : `\n${this.#output.trim()}`;
    const request = `${method}(${args.map(show).join(", ")})`;
    const message = [
      `the process of ${urlOf(this.#options.module)}, asked for ${request}, ${this.#failure(method, steps)}`,
      `It printed: ${output}`,
    ].join("\n");
    return new AssertionError({ message });
  }

  #failure(method: WorkerMethod, steps: number): string {
    if (this.#ending !== undefined) return `ended (${this.#ending}) before it answered.`;
    const late = `didn't answer within ${this.#timeoutMs} ms (processes.timeoutMs).`;
    if (steps > 0) {
      const each = Math.round(this.#timeoutMs / steps);
      return `${late} ${steps} steps returned in that time, in ${each} ms each; a step is one write to each open table. ${SLOW}`;
    }
    return `${late} Likely cause: ${STUCK[method]}.`;
  }
}

/** Resolves after a time that may be a fraction of a millisecond, which timers don't know. */
async function elapsed(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  if (milliseconds > 4) await setTimeout(milliseconds - 2);
  while (performance.now() < end);
}

/** The URL to import a module by: of a URL itself, of anything else as a path. */
function urlOf(module: AdapterProcesses["module"]): string {
  if (typeof module === "object") return module.href;
  return module.startsWith("file:") ? module : pathToFileURL(resolve(module)).href;
}

/** An error of another process, as if it were one of this. */
function received({ name, message, code }: SentError): Error {
  const error = new Error(`in another process: ${message}`);
  return Object.assign(error, { name }, code === undefined ? {} : { code });
}
