import { setImmediate } from "node:timers/promises";
import { type ContendedWorld, codeOf, type Opened } from "./contended-world.js";
import { interceptedEnvironment, WaitingCallbacks } from "./intercepted-environment.js";
import { type Plan, rest, type Step, type Story, sync } from "./plan.js";
import type { Successor } from "./successor.js";

/** The process that falls asleep. */
export class Sleeper {
  readonly host;
  /** Whether its open has returned. */
  hasOpened = false;
  /** How many calls it has made. */
  calls = 0;
  readonly #world: ContendedWorld;
  readonly #plan: Plan;
  readonly #successor: Successor;
  readonly #beforeCall: (number: number, name: string, args: readonly unknown[]) => void;
  readonly #writesInHalves: boolean;
  readonly #waiting = new WaitingCallbacks();
  /** What it did, but with `ramFile` didn't sync. */
  readonly #unsynced: Step[] = [];
  #isFenced = false;

  /** @param beforeCall called before each of its calls, with its number, from 1: others may go on now */
  constructor(
    world: ContendedWorld,
    { sleeper, writesInHalves }: Story,
    successor: Successor,
    beforeCall: (number: number, name: string, args: readonly unknown[]) => void,
  ) {
    this.#world = world;
    this.#plan = sleeper;
    this.#writesInHalves = writesInHalves;
    this.#successor = successor;
    this.#beforeCall = beforeCall;
    this.host = world.host.spawn();
  }

  async act(): Promise<void> {
    const opened = this.#open();
    if (opened === undefined) return;
    const { steps, closes } = this.#plan;
    this.hasOpened = true;
    // If the successor had closed it before, the table may be the sleeper's.
    const mayBeNext = this.#successor.hasOpened && this.#successor.opened === undefined;
    const wasTaken = () => this.#successor.hasOpened && !mayBeNext;
    const close: Step = { name: "close", act: () => opened.store.close(), apply() {} };
    for (const step of closes ? [...steps, close] : steps) {
      if (step === rest) await this.#rest();
      else this.#do(step, opened, wasTaken, step === close);
    }
    await this.#rest();
  }

  #open(): Opened | undefined {
    const { fileSystem } = this.#world;
    const environment = interceptedEnvironment(
      fileSystem,
      this.host,
      this.#waiting,
      (name, args, make) => {
        this.#beforeCall(++this.calls, name, args);
        return make(name === "write" && this.#writesInHalves ? halfOf(args) : args);
      },
    );
    try {
      return this.#world.open(environment, this.#plan.options);
    } catch (error) {
      const code = codeOf(error);
      const isRight = code === "STORE_LOCKED" || code === "STORE_FENCED";
      if (!isRight || this.#successor.calls === 0) this.#world.mind("the sleeper's open", error);
      return undefined;
    }
  }

  #do(step: Step, { table }: Opened, wasTaken: () => boolean, isClose: boolean): void {
    const { history, problems } = this.#world;
    const writes = this.#plan.options.ramFile !== true || step === sync || isClose;
    const begun = history.length;
    const isTooLate = wasTaken();
    this.#unsynced.push(step);
    try {
      step.act(table);
    } catch (error) {
      if (codeOf(error) !== "STORE_FENCED" || this.#successor.calls === 0) {
        this.#world.mind(`the sleeper's ${step.name}`, error);
      }
      if (writes && !isTooLate && !this.#isFenced) history.doubt(begun, [...this.#unsynced]);
      this.#unsynced.length = 0;
      this.#isFenced = true;
      return;
    }
    if (!writes) return;
    if (isTooLate || this.#isFenced) {
      problems.push(`the sleeper's ${step.name} succeeded after the table was taken over`);
    }
    history.acknowledge(this.#unsynced.splice(0));
  }

  async #rest(): Promise<void> {
    this.#waiting.run();
    await setImmediate();
  }
}

/** Of a write: half of its bytes, as the system may do it. */
function halfOf(args: readonly unknown[]): readonly unknown[] {
  return args.with(3, Math.ceil(Number(args[3]) / 2));
}
