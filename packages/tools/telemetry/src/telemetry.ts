import { type Adapter, type AdapterBackend, type Mode, type Result, StoreError } from "@store/core";
import { observedBackend } from "./observed-backend.js";
import type { Observer } from "./observer.js";
import { hasSdk, loadOpenTelemetry, openTelemetry } from "./open-telemetry.js";
import { checkOptions, invalid, type TelemetryOptions } from "./options.js";
import { Recorder } from "./recorder.js";
import { slowLog } from "./slow-log.js";
import { StoreCall } from "./store-call.js";

/** The adapter that another one observes: for what has to know it, as `backup` of `@store/file`. */
const OBSERVED = Symbol.for("@store/observed-adapter");

/** What was made of an adapter without options: domains with the same adapter share a backend. */
const made = new WeakMap<object, Adapter>();

/**
 * An adapter that does what the given one does, takes its options and has its name, and tells of every call: by Node's
 * `diagnostics_channel`, in OpenTelemetry's spans and metrics, in a log of slow calls and in `info()`. Domains share a
 * backend where they are configured with the same one: without options it is the same for each call.
 *
 * @throws StoreError `STORE_INVALID_OPTIONS`
 */
export function telemetry<Options extends object, M extends Mode, Normalized extends object>(
  adapter: Adapter<Options, M, Normalized>,
  options?: TelemetryOptions,
): Adapter<Options, M, Normalized> {
  if (options !== undefined) return observed(adapter, options);
  const known = made.get(adapter);
  if (known !== undefined) return known as unknown as Adapter<Options, M, Normalized>;
  const result = observed(adapter, {});
  made.set(adapter, result as unknown as Adapter);
  return result;
}

function observed<Options extends object, M extends Mode, Normalized extends object>(
  adapter: Adapter<Options, M, Normalized>,
  options: TelemetryOptions,
): Adapter<Options, M, Normalized> {
  if (typeof Object(adapter).open !== "function")
    throw new StoreError(
      "STORE_INVALID_ADAPTER",
      "telemetry: what is to be observed is no adapter",
    );
  checkOptions(options);
  const { name, mode } = adapter;
  return Object.freeze({
    name,
    mode,
    contractVersion: adapter.contractVersion,
    capabilities: adapter.capabilities,
    [OBSERVED]: adapter,
    normalizeOptions: (given: Options) => adapter.normalizeOptions(given),
    open(
      normalized: Normalized,
      toolkit: Parameters<typeof adapter.open>[1],
      storeMode?: Mode,
    ): Result<M, AdapterBackend<M>> {
      const recorder = new Recorder(observersOf(options, mode));
      const place = { adapter: name, domain: undefined, table: undefined, type: undefined };
      const counts = options.counters === true;
      const observe = (backend: AdapterBackend<M>) =>
        observedBackend(backend, name, { mode, recorder, counts, isInside: false });
      const open = () => adapter.open(normalized, toolkit, storeMode);
      const backend = recorder.isHeard("openBackend")
        ? recorder.record(new StoreCall(place, "openBackend"), open, () => {})
        : open();
      return (
        backend instanceof Promise ? backend.then(observe) : observe(backend as AdapterBackend<M>)
      ) as Result<M, AdapterBackend<M>>;
    },
  });
}

function observersOf(options: TelemetryOptions, mode: Mode): Observer[] {
  const observers: Observer[] = [];
  const { slowCalls } = options;
  if (slowCalls !== undefined) observers.push(slowLog(slowCalls));
  const api = apiOf(options.openTelemetry);
  if (api !== undefined && hasSdk(api)) observers.push(openTelemetry(api, mode));
  return observers;
}

function apiOf(given: TelemetryOptions["openTelemetry"]) {
  if (given === false) return undefined;
  if (typeof given === "object") return given;
  const api = loadOpenTelemetry();
  if (api === undefined && given === true)
    throw invalid(
      "openTelemetry is true, but @opentelemetry/api isn't there: npm install @opentelemetry/api",
    );
  return api;
}
