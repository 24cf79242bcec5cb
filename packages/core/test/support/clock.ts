import { afterEach, beforeEach, vi } from "vitest";

/**
 * For the tests of a file, or a `describe`: the clock by which calls give way to the event loop stands still, so that
 * they take microtasks only, which a test can count.
 */
export function standStill(): void {
  beforeEach(() => {
    vi.spyOn(performance, "now").mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}
