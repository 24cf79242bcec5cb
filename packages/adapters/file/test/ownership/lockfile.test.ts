import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FailingFileSystem } from "../../simulation/failing-file-system.js";
import { ManualHost } from "../../simulation/manual-host.js";
import { MemoryFileSystem } from "../../simulation/memory-file-system.js";
import { BEAT_EVERY, STALE_AFTER } from "../../src/ownership/heartbeat.js";
import { createLockfile } from "../../src/ownership/lockfile.js";
import type { Heartbeat } from "../../src/platform/environment.js";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A heartbeat, and how often it has beaten. */
class Beater {
  readonly fileSystem = new FailingFileSystem(new MemoryFileSystem({ now: () => this.beats }));
  // The library knows its locks by their path.
  readonly epoch = `/${randomUUID()}`;
  readonly lock = `${this.epoch}/lock`;
  beats = 0;
  onBeat = (): void => {};
  readonly heartbeat: Heartbeat;

  constructor() {
    this.fileSystem.makeDirectory(this.epoch);
    const environment = { fileSystem: this.fileSystem, host: new ManualHost() };
    this.heartbeat = createLockfile(environment, this.lock, () => {
      this.onBeat();
      this.beats++;
      this.fileSystem.touch(this.lock);
    });
  }

  get lockedAt(): number | undefined {
    return this.fileSystem.status(this.lock)?.modifiedAt;
  }

  /** How many beats come in some milliseconds. */
  beatsIn(milliseconds: number): number {
    const before = this.beats;
    vi.advanceTimersByTime(milliseconds);
    return this.beats - before;
  }
}

describe("the heartbeat of proper-lockfile", () => {
  test("beats at once, and then at intervals", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    expect(beater.lockedAt).toBe(1);
    expect(beater.beatsIn(BEAT_EVERY - 1)).toBe(0);
    expect(beater.beatsIn(1)).toBe(1);
    expect(beater.beatsIn(10 * BEAT_EVERY)).toBe(10);
    beater.heartbeat.stop();
  });

  test("renewed beats at once, and goes on as before", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    vi.advanceTimersByTime(1000);
    beater.heartbeat.renew();
    expect(beater.beats).toBe(2);
    expect(beater.beatsIn(2 * BEAT_EVERY)).toBe(2);
    beater.heartbeat.stop();
  });

  test("stopped removes its directory, and beats no more", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    beater.heartbeat.stop();
    expect(beater.lockedAt).toBeUndefined();
    beater.heartbeat.stop();
    expect(beater.beatsIn(STALE_AFTER)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("abandoned leaves its directory, and beats no more", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    beater.heartbeat.abandon();
    expect(beater.beatsIn(STALE_AFTER)).toBe(0);
    expect(beater.lockedAt).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([1, 2])("abandoned by beat %i, from inside, does the same", (nth) => {
    const beater = new Beater();
    beater.onBeat = () => {
      if (beater.beats === nth - 1) beater.heartbeat.abandon();
    };
    beater.heartbeat.renew();
    vi.advanceTimersByTime(STALE_AFTER);
    expect(beater.beats).toBe(nth);
    expect(beater.lockedAt).toBe(nth);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("takes over a directory that is there, and one that comes back", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    beater.heartbeat.abandon();
    beater.heartbeat.renew();
    expect(beater.lockedAt).toBe(2);
    expect(beater.beatsIn(BEAT_EVERY)).toBe(1);
    beater.fileSystem.removeDirectory(beater.lock);
    beater.fileSystem.makeDirectory(beater.lock);
    expect(beater.beatsIn(BEAT_EVERY)).toBe(1);
    beater.heartbeat.stop();
  });

  test("goes on when the time of its directory was changed, and when it couldn't beat for long", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    beater.fileSystem.touch(beater.lock);
    expect(beater.beatsIn(BEAT_EVERY)).toBe(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(beater.beatsIn(BEAT_EVERY)).toBe(1);
    beater.heartbeat.stop();
  });

  test.each([
    ["noticed by itself", BEAT_EVERY],
    ["not noticed yet", 0],
  ])(
    "whose directory was removed, %s, makes it anew when renewed; and it throws nothing",
    (_, wait) => {
      const beater = new Beater();
      beater.heartbeat.renew();
      beater.fileSystem.removeDirectory(beater.lock);
      expect(beater.beatsIn(wait)).toBe(0);
      beater.heartbeat.renew();
      expect(beater.lockedAt).toBe(2);
      expect(beater.beatsIn(3 * BEAT_EVERY)).toBe(3);
      expect(vi.getTimerCount()).toBe(1);
      beater.heartbeat.stop();
    },
  );

  test("that fails throws what the beat threw; the next one may succeed", () => {
    const beater = new Beater();
    beater.fileSystem.fail({ nth: 1, code: "EIO", calls: ["touch"] });
    expect(() => beater.heartbeat.renew()).toThrow(expect.objectContaining({ code: "EIO" }));
    expect(beater.lockedAt).toBeUndefined();
    beater.heartbeat.renew();
    beater.fileSystem.fail({ nth: 1, code: "EIO", calls: ["touch"] });
    expect(() => beater.heartbeat.renew()).toThrow(expect.objectContaining({ code: "EIO" }));
    beater.heartbeat.renew();
    expect(beater.lockedAt).toBe(beater.beats);
    beater.heartbeat.stop();
  });

  test("tries again when a beat of its own fails, and gives up in silence in the end, until renewed", () => {
    const beater = new Beater();
    beater.heartbeat.renew();
    beater.fileSystem.fail({ nth: 1, code: "EIO", calls: ["touch"], lasting: true });
    vi.advanceTimersByTime(BEAT_EVERY);
    beater.fileSystem.heal();
    expect(beater.beatsIn(1000)).toBe(1);
    beater.fileSystem.fail({ nth: 1, code: "EIO", calls: ["touch"], lasting: true });
    vi.advanceTimersByTime(2 * STALE_AFTER);
    beater.fileSystem.heal();
    expect(beater.beatsIn(STALE_AFTER)).toBe(0);
    beater.heartbeat.renew();
    expect(beater.beatsIn(BEAT_EVERY)).toBe(1);
    beater.heartbeat.stop();
  });
});
