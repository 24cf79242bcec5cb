import assert from "node:assert/strict";
import { test } from "vitest";

/** What abstract-level's tests use of tape. */
class Tap {
  readonly #failures: unknown[] = [];
  #count = 0;
  #planned: number | undefined;
  #hasEnded = false;
  #wake = (): void => {};

  plan(count: number): void {
    this.#planned = count;
  }

  is(actual: unknown, expected: unknown, message?: string): void {
    this.#assert(() => assert.strictEqual(actual, expected, message));
  }

  isNot(actual: unknown, expected: unknown, message?: string): void {
    this.#assert(() => assert.notStrictEqual(actual, expected, message));
  }

  same(actual: unknown, expected: unknown, message?: string): void {
    this.#assert(() => assert.deepStrictEqual(actual, expected, message));
  }

  ok(value: unknown, message?: string): void {
    this.#assert(() => assert.ok(value, message));
  }

  pass(): void {
    this.#assert(() => {});
  }

  fail(message?: string): void {
    this.#assert(() => assert.fail(message));
  }

  throws(fn: () => void, check: (error: unknown) => boolean): void {
    this.#assert(() => assert.throws(fn, check));
  }

  doesNotThrow(fn: () => void): void {
    this.#assert(() => assert.doesNotThrow(fn));
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Waits for as many assertions as were planned, or, where a test is no async function, for its end. */
  async finish(isAsync: boolean): Promise<void> {
    const planned = this.#planned;
    while (planned === undefined ? !isAsync && !this.#hasEnded : this.#count < planned) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    // What comes after the last one planned is one too many.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (planned !== undefined) assert.equal(this.#count, planned, "assertions");
    for (const failure of this.#failures) throw failure;
  }

  #assert(run: () => void): void {
    this.#count++;
    try {
      run();
    } catch (error) {
      this.#failures.push(error);
    }
    this.#wake();
  }
}

/** A test for abstract-level's suite, run by the runner here. */
export function tapTest(title: string, body: (t: Tap) => unknown): void {
  test(title, async () => {
    const t = new Tap();
    const result = body(t);
    await result;
    await t.finish(result instanceof Promise);
  });
}
