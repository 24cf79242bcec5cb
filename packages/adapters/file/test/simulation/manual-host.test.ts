import { describe, expect, test } from "vitest";
import { ManualHost } from "../../simulation/manual-host.js";

/** What was called back, and when. */
function makeLog(host: ManualHost): [readonly string[], (name: string) => () => void] {
  const log: string[] = [];
  return [log, (name) => () => log.push(`${name} at ${host.monotonicTime()}`)];
}

describe("the host that a test moves", () => {
  test("advance fires what becomes due, in the order of time, then of start", () => {
    const host = new ManualHost();
    const [log, note] = makeLog(host);
    host.startTimer(30, note("late"));
    host.startTimer(10, note("first"));
    host.startTimer(10, note("second"));
    host.startTimer(31, note("never"));
    host.advance(9);
    expect(log).toEqual([]);
    host.advance(21);
    expect(log).toEqual(["first at 10", "second at 10", "late at 30"]);
    host.advance(0);
    expect(host.monotonicTime()).toBe(30);
    expect(log).toHaveLength(3);
  });

  test("advance fires timers that others start, and none that was cancelled", () => {
    const host = new ManualHost();
    const [log, note] = makeLog(host);
    const beat = () => {
      note("beat")();
      host.startTimer(10, beat);
    };
    host.startTimer(10, beat);
    const cancelled = host.startTimer(20, note("cancelled"));
    host.startTimer(15, () => cancelled.cancel());
    host.advance(35);
    expect(log).toEqual(["beat at 10", "beat at 20", "beat at 30"]);
  });

  test("a timer of no time that starts itself anew doesn't hold advance", () => {
    const host = new ManualHost();
    let count = 0;
    const again = () => {
      count++;
      host.startTimer(0, again);
    };
    again();
    host.advance(5);
    expect(count).toBe(6);
  });

  test("the clock on the wall goes along, and can be shifted alone", () => {
    const host = new ManualHost();
    const start = host.wallTime();
    host.advance(10);
    expect(host.wallTime()).toBe(start + 10);
    host.shiftWallTime(-60_000);
    host.advance(10);
    expect([host.wallTime(), host.monotonicTime()]).toEqual([start - 59_980, 20]);
  });

  test("runDeferred makes the calls that wait, but not those that they defer", () => {
    const host = new ManualHost();
    const [log, note] = makeLog(host);
    host.defer(note("one"));
    const cancelled = host.defer(note("cancelled"));
    host.defer(() => host.defer(note("two")));
    host.defer(() => later.cancel());
    const later = host.defer(note("cancelled by another"));
    cancelled.cancel();
    expect(host.runDeferred()).toBe(3);
    expect(log).toEqual(["one at 0"]);
    expect(host.runDeferred()).toBe(1);
    expect(host.runDeferred()).toBe(0);
    expect(log).toEqual(["one at 0", "two at 0"]);
  });

  test("processes share time; one that was killed isn't called back", () => {
    const host = new ManualHost();
    const other = host.spawn();
    const [log, note] = makeLog(host);
    host.startTimer(1, note("one"));
    other.startTimer(1, note("other"));
    other.defer(note("other"));
    expect(host.stateOf(other.process)).toBe("running");
    host.kill(other.process);
    expect(host.stateOf(other.process)).toBe("ended");
    host.advance(10);
    host.runDeferred();
    expect(log).toEqual(["one at 1"]);
    expect(other.monotonicTime()).toBe(10);
  });

  test("a process that is stopped lives, and is called back late", () => {
    const host = new ManualHost();
    const other = host.spawn();
    const [log, note] = makeLog(host);
    other.startTimer(5, note("timer"));
    other.defer(note("deferred"));
    other.stop();
    host.advance(100);
    expect(host.runDeferred()).toBe(0);
    expect(host.stateOf(other.process)).toBe("stopped");
    other.resume();
    expect(host.stateOf(other.process)).toBe("running");
    host.advance(0);
    host.runDeferred();
    expect(log).toEqual(["timer at 100", "deferred at 100"]);
  });

  test("stateOf tells apart who reuses a pid, and can't tell who is elsewhere", () => {
    const host = new ManualHost();
    const old = host.spawn();
    host.kill(old.process);
    const reused = host.spawn({ pid: old.process.pid });
    expect(host.stateOf(old.process)).toBe("ended");
    expect(host.stateOf(reused.process)).toBe("running");
    expect(host.stateOf({ ...reused.process, start: undefined })).toBe("unproven");
    for (const elsewhere of [{ host: "h" }, { boot: "b" }, { namespace: "n" }]) {
      expect(host.stateOf(host.spawn(elsewhere).process)).toBe("unknown");
    }
    const blind = host.spawn({ boot: undefined });
    expect(blind.stateOf(blind.process)).toBe("unknown");
  });

  test("threads run for as long as one of their process does", () => {
    const main = new ManualHost();
    const thread = main.spawn({ ...main.process, thread: 1 });
    expect(main.stateOf(thread.process)).toBe("running");
    main.stop();
    expect(main.stateOf(thread.process)).toBe("running");
    thread.stop();
    expect(main.stateOf(thread.process)).toBe("stopped");
    main.kill(main.process);
    expect(main.spawn().stateOf(thread.process)).toBe("ended");
  });

  test("sleep lets time pass; a clock may be wrong; what is open is what the test says", () => {
    const host = new ManualHost();
    const other = host.spawn();
    other.clockError = 60_000;
    const [log, note] = makeLog(host);
    other.startTimer(5, note("other"));
    host.sleep(10);
    expect(log).toEqual(["other at 5"]);
    expect(other.wallTime() - host.wallTime()).toBe(60_000);
    expect(host.hasOpen()).toBeUndefined();
    host.seesOpen = false;
    expect(host.hasOpen()).toBe(false);
  });

  test("uuids differ, through all processes, and have the form of one", () => {
    const host = new ManualHost();
    const uuids = [host, host.spawn(), host].map((each) => each.uuid());
    expect(new Set(uuids).size).toBe(3);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9]{8}-0000-4000-8000-[0-9]{12}$/);
  });
});
