import { type ContendedWorld, codeOf, type Opened } from "./contended-world.js";
import { interceptedEnvironment, WaitingCallbacks } from "./intercepted-environment.js";
import { insert, type Plan, type Step, sync } from "./plan.js";
import { ResumableCourse } from "./resumable-course.js";

/** The process that takes the table over, as far as it is let. */
export class Successor {
  readonly host;
  /** Whether its open has returned. */
  hasOpened = false;
  /** The table, after its open and before its close. */
  opened: Opened | undefined;
  readonly #world: ContendedWorld;
  readonly #plan: Plan;
  readonly #course: ResumableCourse;
  /** What it did, but with `ramFile` didn't sync. */
  #unsynced: Step[] = [];
  /** Whether others may have come in between. */
  #wasInterrupted = false;

  constructor(world: ContendedWorld, plan: Plan) {
    this.#world = world;
    this.#plan = plan;
    this.host = world.host.spawn();
    this.#course = new ResumableCourse((intercept) => {
      const waiting = new WaitingCallbacks();
      this.#act(
        world.open(
          interceptedEnvironment(world.fileSystem, this.host, waiting, intercept),
          plan.options,
        ),
        (happened) => void intercept("happened", [], happened),
      );
    });
  }

  /** How many calls it has made. */
  get calls(): number {
    return this.#course.calls;
  }

  /** Goes on for so many calls, or to its end. */
  goOn(calls: number): void {
    if (this.#course.isOver) return;
    this.#course.goOn(calls);
    this.#wasInterrupted ||= !this.#course.isOver;
    const { error } = this.#course;
    if (error === undefined) return;
    const mayLose = this.#wasInterrupted && !this.hasOpened;
    const code = codeOf(error);
    const isLoss = code === "STORE_LOCKED" || code === "STORE_FENCED";
    if (!isLoss || !mayLose) this.#world.mind("the successor", error);
  }

  /** Writes once more, after the end of its plan, if it has the table. */
  writeLast(): void {
    if (this.opened === undefined) return;
    const { table } = this.opened;
    const last = insert("last", 1);
    try {
      last.act(table);
      table.sync();
    } catch (error) {
      this.#world.mind("the successor", error);
    }
    this.#world.history.acknowledge([...this.#unsynced, last]);
  }

  /** @param note lets something be noted when it really happens */
  #act(opened: Opened, note: (happened: () => void) => void): void {
    const { options, steps, closes } = this.#plan;
    const { history } = this.#world;
    note(() => {
      this.hasOpened = true;
    });
    this.opened = opened;
    this.#unsynced = [];
    for (const step of steps) {
      step.act(opened.table);
      this.#unsynced.push(step);
      if (options.ramFile && step !== sync) continue;
      const changes = this.#unsynced.splice(0);
      note(() => history.acknowledge(changes));
    }
    if (!closes) return;
    this.opened = undefined;
    opened.store.close();
    note(() => history.acknowledge(this.#unsynced));
  }
}
