/**
 * The wildcard of patterns, as `_` in ETS: it matches anything. A registered symbol, so that two copies of core in one
 * tree mean the same by it.
 */
export const _: unique symbol = Symbol.for("@store/core/wildcard");

/** The type of {@link _}. */
export type Wildcard = typeof _;
