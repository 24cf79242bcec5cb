import type { Adapter, Capabilities } from "../adapter/adapter.js";
import { CONTRACT_VERSION } from "../adapter/adapter.js";
import type { Mode } from "../adapter/mode.js";
import { describe, messageOf } from "../errors/describe.js";
import { Refusal } from "../errors/errors.js";

/** What backs a domain: an adapter, and its options as it normalised them. */
export interface DomainConfig<M extends Mode = Mode> {
  readonly adapter: Adapter<object, M>;
  readonly options: object;
}

const CAPABILITIES: readonly (keyof Capabilities)[] = [
  "durable",
  "ordered",
  "bags",
  "shared",
  "serializes",
  "batches",
  "expiry",
];

/** Which adapter backs which domain. */
export class DomainRegistry {
  /** That of every domain that wasn't configured. */
  readonly default: DomainConfig;
  readonly #domains = new Map<string, DomainConfig>();

  constructor(defaultConfig: DomainConfig) {
    this.default = defaultConfig;
  }

  get(domain: string): DomainConfig {
    return this.#domains.get(domain) ?? this.default;
  }

  /** Whether the domain was configured, and not reset since. */
  has(domain: string): boolean {
    return this.#domains.has(domain);
  }

  /** The domains that are configured. */
  configured(): string[] {
    return [...this.#domains.keys()];
  }

  set(domain: string, config: DomainConfig): void {
    this.#domains.set(domain, config);
  }

  reset(domain: string): void {
    this.#domains.delete(domain);
  }

  clear(): void {
    this.#domains.clear();
  }
}

/** The name of a domain, if it is one. */
export function checkDomain(domain: unknown): string {
  if (typeof domain === "string" && domain !== "") return domain;
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `a domain is a string, not empty; got ${describe(domain)}`,
  );
}

/** The configuration for what the user passed, normalised by its adapter, for a store of this mode. */
export function domainConfig(
  given: unknown,
  mode: Mode | undefined,
  names: readonly string[] = ["adapter", "options"],
): DomainConfig {
  const { adapter, options } = checkConfig(given, names);
  checkAdapter(adapter);
  if (mode === "sync" && adapter.mode === "async") {
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      `adapter ${describe(adapter.name)} is async, and the store is sync; create it with mode: "async"`,
    );
  }
  return Object.freeze({ adapter, options: normalizeOptions(adapter, options) });
}

function checkConfig(
  given: unknown,
  names: readonly string[],
): { adapter?: unknown; options?: unknown } {
  if (typeof given !== "object" || given === null) {
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      `a configuration is { adapter, options? }; got ${describe(given)}`,
    );
  }
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return given;
  throw new Refusal(
    "STORE_INVALID_OPTIONS",
    `a configuration has ${names.join(", ")}; got ${describe(unknown)}`,
  );
}

function normalizeOptions(adapter: Adapter, options: unknown = {}): object {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      `options of adapter ${describe(adapter.name)} are an object; got ${describe(options)}`,
    );
  }
  let normalized: unknown;
  try {
    normalized = adapter.normalizeOptions({ ...options });
  } catch (error) {
    throw new Refusal(
      "STORE_INVALID_OPTIONS",
      `adapter ${describe(adapter.name)}: ${messageOf(error)}`,
      error,
    );
  }
  if (typeof normalized !== "object" || normalized === null || "then" in normalized) {
    // Nobody will wait for a promise: its rejection must not end the process.
    Promise.resolve(normalized).catch(() => {});
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      `adapter ${describe(adapter.name)} normalised its options to ${describe(normalized)}`,
    );
  }
  return Object.freeze({ ...normalized });
}

function checkAdapter(adapter: unknown): asserts adapter is Adapter {
  if (typeof adapter !== "object" || adapter === null) {
    throw new Refusal("STORE_INVALID_ADAPTER", `expected an adapter; got ${describe(adapter)}`);
  }
  const given = adapter as Partial<Record<keyof Adapter, unknown>>;
  demand("name", given.name, "a string, not empty", isName(given.name));
  demand("mode", given.mode, '"sync" or "async"', given.mode === "sync" || given.mode === "async");
  demand(
    "contractVersion",
    given.contractVersion,
    `${CONTRACT_VERSION}, the version of this core`,
    given.contractVersion === CONTRACT_VERSION,
  );
  const capabilities = Object(given.capabilities) as Partial<Record<string, unknown>>;
  for (const name of CAPABILITIES) {
    const value = capabilities[name];
    demand(`capabilities.${name}`, value, "a boolean", typeof value === "boolean");
  }
  for (const name of ["maxKeyBytes", "maxRecordBytes"]) {
    const value = capabilities[name];
    const isLimit = value === undefined || (Number.isSafeInteger(value) && Number(value) > 0);
    demand(`capabilities.${name}`, value, "an integer above 0, or undefined", isLimit);
  }
  for (const name of ["normalizeOptions", "open"] as const) {
    demand(name, given[name], "a function", typeof given[name] === "function");
  }

  function demand(member: string, value: unknown, expected: string, fulfilled: boolean): void {
    if (fulfilled) return;
    const named = isName(given.name) ? `adapter ${describe(given.name)}` : "the adapter";
    throw new Refusal(
      "STORE_INVALID_ADAPTER",
      `${named}: ${member} must be ${expected}; got ${describe(value)}`,
    );
  }
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name !== "";
}
