import { describe, expect, test } from "vitest";
import { ManualHost } from "./support/manual-host.js";

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
    expect(host.isAlive(other.process)).toBe(true);
    host.kill(other.process);
    expect(host.isAlive(other.process)).toBe(false);
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
    expect(host.isAlive(other.process)).toBe(true);
    other.resume();
    host.advance(0);
    host.runDeferred();
    expect(log).toEqual(["timer at 100", "deferred at 100"]);
  });

  test("isAlive tells apart who reuses a pid, and can't tell who is elsewhere", () => {
    const host = new ManualHost();
    const old = host.spawn();
    host.kill(old.process);
    const reused = host.spawn({ pid: old.process.pid });
    expect(host.isAlive(old.process)).toBe(false);
    expect(host.isAlive(reused.process)).toBe(true);
    for (const elsewhere of [{ host: "h" }, { boot: "b" }, { namespace: "n" }]) {
      expect(host.isAlive(host.spawn(elsewhere).process)).toBeUndefined();
    }
  });

  test("threads end with their process; only their own life is certain until then", () => {
    const main = new ManualHost();
    const thread = main.spawn({ ...main.process, thread: 1 });
    expect(thread.isAlive(thread.process)).toBe(true);
    expect(thread.isAlive(main.process)).toBe(true);
    expect(main.isAlive(thread.process)).toBeUndefined();
    const other = main.spawn({ thread: 1 });
    expect(other.isAlive(thread.process)).toBeUndefined();
    other.kill(main.process);
    expect(other.isAlive(thread.process)).toBe(false);
  });

  test("uuids differ, through all processes, and have the form of one", () => {
    const host = new ManualHost();
    const uuids = [host, host.spawn(), host].map((each) => each.uuid());
    expect(new Set(uuids).size).toBe(3);
    for (const uuid of uuids) expect(uuid).toMatch(/^[0-9]{8}-0000-4000-8000-[0-9]{12}$/);
  });
});
