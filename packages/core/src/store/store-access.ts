import type { Mode, Result } from "../adapter/mode.js";
import type { Steps } from "../adapter/steps.js";
import { describe } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";
import type { DomainRegistry } from "./domain-registry.js";
import type { StoreBackends } from "./store-backends.js";

/** What a store doesn't show its users: for packages that hand it on to other threads or processes. */
export interface StoreAccess {
  /**
   * The domains that have tables, by name. `STORE_NOT_SUPPORTED` where the default adapter can't list its domains: those
   * that were never configured are known to it alone.
   */
  domains(): Result<Mode, readonly string[]>;
}

const accesses = new WeakMap<object, StoreAccess>();

/** The access to a store of this copy of core; undefined for what is none. */
export function accessStore(store: object): StoreAccess | undefined {
  return accesses.get(store);
}

export function giveAccess(store: object, access: StoreAccess): void {
  accesses.set(store, access);
}

/** @param isStrict whether only domains that were configured count */
export function* domainsOf<M extends Mode>(
  registry: DomainRegistry,
  backends: StoreBackends<M>,
  isStrict: boolean,
): Steps<string[]> {
  const found: string[] = [];
  if (!isStrict) {
    const listed = yield* backends.of(registry.default).domains();
    if (listed === undefined) {
      const { name } = registry.default.adapter;
      throw new Refusal("STORE_NOT_SUPPORTED", `adapter ${describe(name)} can't list its domains`);
    }
    found.push(...listed.filter((domain) => !registry.has(domain)));
  }
  for (const domain of registry.configured()) {
    const tables = yield* backends.of(registry.get(domain)).tables(domain);
    if (tables.length > 0) found.push(domain);
  }
  return found.sort();
}
