import { describe, expect, test } from "vitest";
import { BackgroundCalls } from "../../simulation/background-calls.js";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { createTimerHeartbeat } from "../../simulation/timer-heartbeat.js";
import { Log } from "../../src/log/log.js";
import { LogSegment } from "../../src/log/log-segment.js";
import { type SyncOwner, SyncScheduler } from "../../src/log/sync-scheduler.js";

const DIRECTORY = Buffer.alloc(16, 7);
const EIO = Object.assign(new Error("EIO"), { code: "EIO" });

/** Says what is asked of it, and does what the test wants. */
class Owner implements SyncOwner {
  readonly asked: unknown[] = [];
  needsFlush = false;
  isUnconfirmed = false;
  /** Why what a sync was about can't be saved. */
  refusal: Error | undefined;
  /** What saves it. */
  onRescue = (): void => {};
  confirmation = Promise.resolve();
  /** Why what is synced isn't found. */
  loss: Error | undefined;

  flushSetAside(): void {
    this.asked.push("flushSetAside");
    this.needsFlush = false;
  }

  confirm(): void {
    this.isUnconfirmed = false;
  }

  async confirmInBackground(): Promise<void> {
    this.asked.push("confirmInBackground");
    await this.confirmation;
    this.isUnconfirmed = false;
  }

  flushSoon(): void {
    this.asked.push("flushSoon");
  }

  writeHeld(): void {}

  rescue(cause: unknown): void {
    this.asked.push(["rescue", cause]);
    if (this.refusal !== undefined) throw this.refusal;
    this.onRescue();
  }

  beforeAutoSave(): void {}

  verify(): void {
    if (this.loss !== undefined) throw this.loss;
  }
}

class Fixture {
  readonly background = new BackgroundCalls({ hold: true });
  readonly fileSystem = new FailingFileSystem(
    new MemoryFileSystem({ background: this.background }),
  );
  readonly host = new ManualHost();
  readonly owner = new Owner();
  readonly log: Log;
  readonly scheduler: SyncScheduler;
  #nextId = 1;

  constructor(autoSave = Number.POSITIVE_INFINITY) {
    const { fileSystem, host, owner } = this;
    fileSystem.makeDirectory("/log");
    this.log = new Log(this.segment(), this.segment(), { sequence: 0, confirmed: 0 }, false);
    this.log.begin();
    const environment = { fileSystem, host, createHeartbeat: createTimerHeartbeat };
    const policy = { autoSave, isGrouped: autoSave === 0 };
    this.scheduler = new SyncScheduler(environment, this.log, owner, policy);
  }

  segment(): LogSegment {
    const id = this.#nextId++;
    return LogSegment.create(this.fileSystem, "/log", { directory: DIRECTORY, id });
  }

  put(text: string): void {
    const key = Buffer.from(text);
    this.log.stager.putBytes(key, 0, key.length, Buffer.alloc(10), false);
    this.log.commit();
    this.scheduler.afterWrite();
  }

  /** Waits in the background for what is written now, in a turn of its own. */
  async wait(): Promise<Waiter> {
    const waiter = this.begin();
    await settle();
    return waiter;
  }

  begin(): Waiter {
    const waiter: Waiter = { outcome: "waits" };
    this.scheduler.syncInBackground().then(
      () => {
        waiter.outcome = "is on disk";
      },
      (error: unknown) => {
        waiter.outcome = error;
      },
    );
    return waiter;
  }

  /** Lets the sync that came first come to its end, or fail. */
  async land(failure?: Error): Promise<void> {
    expect(this.background.settleNext(failure)).toBe(true);
    await settle();
  }
}

interface Waiter {
  outcome: unknown;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined;
}

describe("who waits for a sync in the background", () => {
  test("doesn't wait if all is on disk", async () => {
    const fixture = new Fixture();
    await fixture.scheduler.syncInBackground();
    expect(fixture.background.held).toBe(0);
  });

  test("waits for what was written before, with all others who came until then", async () => {
    const fixture = new Fixture();
    fixture.put("a");
    const first = await fixture.wait();
    const second = await fixture.wait();
    expect(fixture.background.held).toBe(1);
    fixture.put("b");
    const third = await fixture.wait();
    await settle();
    expect([first, second, third].map(({ outcome }) => outcome)).toEqual([
      "waits",
      "waits",
      "waits",
    ]);
    await fixture.land();
    expect([first, second, third].map(({ outcome }) => outcome)).toEqual([
      "is on disk",
      "is on disk",
      "waits",
    ]);
    // Another sync has begun, for the third.
    expect(fixture.background.held).toBe(1);
    await fixture.land();
    expect([third.outcome, fixture.log.isDirty]).toEqual(["is on disk", false]);
    expect(fixture.background.held).toBe(0);
  });

  test("shares the sync with all who wrote in its turn", async () => {
    const fixture = new Fixture(0);
    fixture.put("a");
    const first = fixture.begin();
    fixture.put("b");
    const second = fixture.begin();
    await settle();
    expect(fixture.background.held).toBe(1);
    await fixture.land();
    expect([first.outcome, second.outcome]).toEqual(["is on disk", "is on disk"]);
    expect([fixture.background.held, fixture.log.isDirty]).toEqual([0, false]);
  });

  test("is told if what is synced isn't found any more, as it is another's", async () => {
    const fixture = new Fixture(0);
    fixture.put("a");
    const first = await fixture.wait();
    fixture.owner.loss = new Error("it is another's now");
    await fixture.land();
    expect(first.outcome).toBe(fixture.owner.loss);
    fixture.put("b");
    fixture.scheduler.sync();
    expect(() => fixture.scheduler.syncInBackground()).toThrow(fixture.owner.loss);
  });

  test("waits no longer than until all is on disk, by whatever sync", async () => {
    for (const failure of [undefined, EIO]) {
      const fixture = new Fixture();
      fixture.put("a");
      const first = await fixture.wait();
      fixture.put("b");
      const second = await fixture.wait();
      fixture.scheduler.sync();
      await fixture.land(failure);
      expect([first.outcome, second.outcome]).toEqual(["is on disk", "is on disk"]);
      expect(fixture.background.held).toBe(0);
    }
  });

  test("is told when a sync failed, and what it was about couldn't be saved", async () => {
    const fixture = new Fixture();
    fixture.put("a");
    const waiter = await fixture.wait();
    fixture.owner.refusal = new Error("nothing can be written");
    await fixture.land(EIO);
    expect(fixture.owner.asked).toEqual([["rescue", EIO]]);
    expect(waiter.outcome).toBe(fixture.owner.refusal);
    expect(fixture.log.isDirty).toBe(true);
  });

  test("isn't told of a sync that failed if what it was about is on disk by other means", async () => {
    const fixture = new Fixture();
    const { log, owner } = fixture;
    fixture.put("a");
    const waiter = await fixture.wait();
    owner.onRescue = () => log.markDurable(log.targets());
    await fixture.land(EIO);
    expect(waiter.outcome).toBe("is on disk");
    expect(log.isDirty).toBe(false);
  });

  test("isn't told of a sync that failed of segments that were flushed meanwhile", async () => {
    const fixture = new Fixture();
    const { log, owner } = fixture;
    fixture.put("a");
    const waiter = await fixture.wait();
    const { id } = log.active;
    log.rotate();
    log.spare = fixture.segment();
    for (const segment of log.forgetUpTo(id)) segment.discard();
    await fixture.land(EIO);
    expect(owner.asked).toEqual([]);
    expect([waiter.outcome, log.isDirty]).toEqual(["is on disk", false]);
  });

  test("is told at the end whether all is on disk", async () => {
    for (const failure of [undefined, new Error("it is another's now")]) {
      const fixture = new Fixture();
      fixture.put("a");
      const first = await fixture.wait();
      fixture.put("b");
      const second = await fixture.wait();
      fixture.scheduler.close(failure);
      await settle();
      const outcome = failure ?? "is on disk";
      expect([first.outcome, second.outcome]).toEqual([outcome, outcome]);
      const marks = fixture.log.active.durable;
      await fixture.land();
      expect([fixture.log.active.durable, fixture.background.held]).toEqual([marks, 0]);
    }
  });

  test("isn't left waiting where no more syncs begin", async () => {
    for (const failure of [undefined, new Error("it is another's now")]) {
      const fixture = new Fixture();
      fixture.put("a");
      fixture.scheduler.close(failure);
      const waiter = await fixture.wait();
      await settle();
      expect(waiter.outcome).toBe(failure ?? "is on disk");
      expect(fixture.background.held).toBe(0);
    }
  });
});

describe("a sync in the background", () => {
  test("waits for a flush that alone brings all to disk, and looks again after autoSave", async () => {
    const fixture = new Fixture(100);
    const { owner, host, background } = fixture;
    owner.needsFlush = true;
    fixture.put("a");
    host.advance(100);
    expect([owner.asked, background.held]).toEqual([["flushSoon"], 0]);
    owner.needsFlush = false;
    host.advance(99);
    expect(background.held).toBe(0);
    host.advance(1);
    expect(background.held).toBe(1);
    await fixture.land();
    expect(fixture.log.isDirty).toBe(false);
  });

  test("begins when it is sure that its segments are found after a loss of power", async () => {
    const fixture = new Fixture();
    const { owner, background } = fixture;
    let confirmed = (): void => {};
    owner.isUnconfirmed = true;
    owner.confirmation = new Promise((resolve) => {
      confirmed = resolve;
    });
    fixture.put("a");
    const waiter = await fixture.wait();
    await settle();
    expect([owner.asked, background.held]).toEqual([["confirmInBackground"], 0]);
    confirmed();
    await settle();
    expect([waiter.outcome, background.held]).toEqual(["waits", 1]);
    await fixture.land();
    expect(waiter.outcome).toBe("is on disk");
  });

  test("is not made where that can't be confirmed", async () => {
    const fixture = new Fixture();
    const { owner, background } = fixture;
    owner.isUnconfirmed = true;
    owner.confirmation = Promise.reject(EIO);
    owner.refusal = new Error("nothing can be written");
    fixture.put("a");
    const waiter = await fixture.wait();
    await settle();
    expect(background.held).toBe(0);
    expect(owner.asked).toEqual(["confirmInBackground", ["rescue", EIO]]);
    expect(waiter.outcome).toBe(owner.refusal);
  });
});
