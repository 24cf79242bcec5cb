const ALLOCATIONS = ["alloc", "allocUnsafe", "allocUnsafeSlow"] as const;

/** Does something. Says also how many bytes the largest buffer has that was allocated meanwhile. */
export function watchBuffers<T>(act: () => T): { readonly result: T; readonly largest: number } {
  let largest = 0;
  const originals = ALLOCATIONS.map((name) => [name, Buffer[name]] as const);
  for (const [name, allocate] of originals) {
    const watched = (size: number, ...rest: []): Buffer => {
      largest = Math.max(largest, size);
      return allocate(size, ...rest);
    };
    Object.assign(Buffer, { [name]: watched });
  }
  try {
    const result = act();
    return { result, largest };
  } finally {
    Object.assign(Buffer, Object.fromEntries(originals));
  }
}
