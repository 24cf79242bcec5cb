import {
  type Adapter,
  createStore,
  type Mode,
  type Store,
  StoreError,
  type StoreErrorCode,
} from "../../src/index.js";

/** Both modes of a store, for tests that go through both: `describe.each(MODES)`. */
export const MODES: readonly Mode[] = ["sync", "async"];

/**
 * A store of either mode, typed as an async one. What awaits each call is right for both: awaiting a value that is
 * there already gives that value.
 */
export function storeOf(mode: Mode, adapter: Adapter, options: object = {}): Store<"async"> {
  const config = { adapter, mode: mode as "async", options };
  return createStore<Adapter, "async">(config);
}

/** The StoreError that a call throws or rejects with; fails if it doesn't, or if it is of another code. */
export async function failure(code: StoreErrorCode, call: () => unknown): Promise<StoreError> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    if (error instanceof StoreError && error.code === code) return error;
    throw error;
  }
  throw new Error(`expected ${code}; the call returned ${String(result)}`);
}
