/** A `then` for what may be a promise: a sync table's result is gone on with at once. */
export function mapped<A, B>(
  result: A | Promise<A>,
  next: (value: A) => B | Promise<B>,
): B | Promise<B> {
  return isPromise(result) ? result.then(next) : next(result);
}

export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
