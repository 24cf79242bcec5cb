import { AssertionError } from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { holds, shownError } from "../assertion.js";
import type { AdapterProcesses, Place } from "../options.js";
import { PROGRAM } from "../program.js";
import { show } from "../show.js";
import type { Answer, Deed, Progress, Question, SentError } from "./message.js";
import type { Resident, Stint } from "./resident.js";

const DEFAULT_TIMEOUT_MS = 4_000;
const LONGEST_OUTPUT = 4_000;

/** How long to wait for another process, and for what it had. */
export function timeoutOf({ timeoutMs = DEFAULT_TIMEOUT_MS }: AdapterProcesses): number {
  return timeoutMs;
}

/**
 * A process that works in the place of a scene, as the kit sees it. It is asked one thing at a time. A wait for it ends
 * with an error when it takes too long or the process has ended; what the process printed is in the message.
 */
export class AdapterProcess {
  readonly #options: AdapterProcesses;
  readonly #timeoutMs: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #onMessage: (message: Answer | Progress) => void = () => {};
  #ending: string | undefined;
  #output = "";
  #step = 0;
  #steppedAt = 0;
  /** How long the last step took. */
  #stepMs = 0;

  /** Starts it. Whoever does must {@link kill} it. */
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
    this.#child.on("message", (message: Answer | Progress) => {
      if ("step" in message) this.#stepped(message.step);
      this.#onMessage(message);
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-LONGEST_OUTPUT);
      });
    }
  }

  /** Lets it import the adapter and make a store in the place. */
  async settle({ adapter, options }: Place): Promise<void> {
    const { module, export: name = "default" } = this.#options;
    const home = { module: urlOf(module), name, options };
    const found = await this.ask("settle", home);
    holds(
      found === adapter.name,
      `export ${name} of ${home.module} is named ${show(found)}, the adapter that createAdapter returns ${show(adapter.name)}`,
    );
  }

  /** Asks it to do something, and waits for what comes of that. An error there is thrown here, with its code. */
  async ask<D extends Deed>(
    deed: D,
    ...args: Parameters<Resident[D]>
  ): Promise<Awaited<ReturnType<Resident[D]>>> {
    const value = await this.#until(() => false, deed, ...args);
    return value as Awaited<ReturnType<Resident[D]>>;
  }

  /**
   * Kills it while it goes through a life, in the step after `last`. Returns the last step that is known to have
   * returned.
   * @param share how much of the time that a step takes is let pass, from 0 to 1
   */
  async killWhileLiving(stint: Stint, last: number, share = 0): Promise<number> {
    await this.#until((step) => step >= last, "live", stint);
    await elapsed(share * this.#stepMs);
    await this.kill();
    return this.#step;
  }

  /** Kills it while it opens a table. */
  async killWhileOpening(...args: Parameters<Resident["open"]>): Promise<void> {
    await this.#until(() => true, "open", ...args);
    await this.kill();
  }

  /** Kills it at once (SIGKILL). Resolves when it is gone, and all that it had said was heard. */
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
  async #until<D extends Deed>(
    isEnough: (step: number) => boolean,
    deed: D,
    ...args: Parameters<Resident[D]>
  ): Promise<unknown> {
    const heard = new Promise<Answer>((done) => {
      this.#onMessage = (message) => {
        if (!("step" in message)) done(message);
        else if (isEnough(message.step)) done({ value: undefined });
      };
    });
    this.#send({ deed, args });
    const over = new AbortController();
    const late = setTimeout(this.#timeoutMs, undefined, { signal: over.signal });
    const answer = await Promise.race([heard, this.#gone, late]);
    over.abort();
    if (answer === undefined) throw this.#silence(deed);
    if ("error" in answer) throw received(answer.error);
    return answer.value;
  }

  #send<D extends Deed>(question: Question<D>): void {
    try {
      // That nobody is there to get it shows by the end of the process.
      this.#child.send(question, () => {});
    } catch (error) {
      const message = `can't be sent to another process, as createAdapter's options must: ${shownError(error)}`;
      throw new AssertionError({ message });
    }
  }

  #silence(deed: Deed): AssertionError {
    const what =
      this.#ending === undefined
        ? `didn't answer within ${this.#timeoutMs} ms (timeoutMs)`
        : `ended (${this.#ending}) before it answered`;
    const output = this.#output.trim() === "" ? "nothing" : `\n${this.#output.trim()}`;
    const message = `the process of ${urlOf(this.#options.module)}, asked to ${deed}, ${what}. It printed: ${output}`;
    return new AssertionError({ message });
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
