export interface SharedOptions {
  /**
   * Records of a set that are a key and an integer are counters, which every thread counts by `Atomics`, without the
   * owner. Default: false.
   */
  readonly atomicCounters?: boolean | undefined;
}

/** {@link SharedOptions} with the defaults filled in. */
export interface NormalizedSharedOptions {
  readonly atomicCounters: boolean;
}

export function normalizeSharedOptions(options: SharedOptions): NormalizedSharedOptions {
  const { atomicCounters = false, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new TypeError(`there is no option ${JSON.stringify(unknown)}, only atomicCounters`);
  }
  if (typeof atomicCounters !== "boolean") {
    throw new TypeError(`atomicCounters must be a boolean; got ${JSON.stringify(atomicCounters)}`);
  }
  return { atomicCounters };
}
