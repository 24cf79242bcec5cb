/**
 * The mode of a store, and of an adapter: `"sync"` calls return their value, `"async"` calls return a promise of it.
 * A store has one mode; a sync adapter may back an async store, never the other way round.
 */
export type Mode = "sync" | "async";

/** What a call returns: `T` in a sync store, `Promise<T>` in an async one. */
export type Result<M extends Mode, T> = M extends "async" ? Promise<T> : T;

/** What an iterating call returns: an iterator in a sync store, an async iterator in an async one. */
export type ResultIterator<M extends Mode, T> = M extends "async"
  ? AsyncStoreIterator<T>
  : StoreIterator<T>;

/** The `IterableIterator` whose end is `undefined`; TypeScript's own has an end of type `any`, or before 5.6 no other. */
export interface StoreIterator<T> extends Iterator<T, undefined, undefined> {
  [Symbol.iterator](): StoreIterator<T>;
}

/** The same of `AsyncIterableIterator`. */
export interface AsyncStoreIterator<T> extends AsyncIterator<T, undefined, undefined> {
  [Symbol.asyncIterator](): AsyncStoreIterator<T>;
}
