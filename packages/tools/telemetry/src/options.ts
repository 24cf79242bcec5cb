import { StoreError } from "@store/core";
import type { OpenTelemetryApi } from "./open-telemetry.js";
import type { SlowCalls } from "./slow-log.js";

export interface TelemetryOptions {
  /**
   * The application's module `@opentelemetry/api`; `true` loads it and fails without it; `false` leaves it alone. Default:
   * it is loaded if it is there. Either way spans and metrics are made only where an SDK is registered when a backend is
   * opened.
   */
  readonly openTelemetry?: OpenTelemetryApi | boolean | undefined;
  /** Logs calls that take long. Default: none. */
  readonly slowCalls?: SlowCalls | undefined;
  /**
   * Whether the counters in `info()` count each call. Default: false, then those of a sync adapter count what somebody is
   * told of. Costs 4 ns or so a call.
   */
  readonly counters?: boolean | undefined;
}

const NAMES: readonly string[] = [
  "openTelemetry",
  "slowCalls",
  "counters",
] satisfies (keyof TelemetryOptions)[];

export function checkOptions(options: TelemetryOptions): void {
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw invalid(`there is no option ${JSON.stringify(unknown)}`);
  const { openTelemetry, slowCalls, counters } = options;
  if (counters !== undefined && typeof counters !== "boolean")
    throw invalid("counters is true or false");
  if (openTelemetry !== undefined && typeof openTelemetry !== "boolean" && !isApi(openTelemetry))
    throw invalid("openTelemetry is the module @opentelemetry/api, true or false");
  if (slowCalls === undefined) return;
  const { thresholdMs, log } = Object(slowCalls) as Partial<SlowCalls>;
  if (typeof thresholdMs !== "number" || !(thresholdMs >= 0))
    throw invalid(
      `slowCalls.thresholdMs is a number of ms from 0, not ${typeof thresholdMs === "number" ? thresholdMs : typeof thresholdMs}`,
    );
  if (log !== undefined && typeof log !== "function")
    throw invalid(`slowCalls.log is a function, not ${typeof log}`);
}

export function invalid(problem: string): StoreError {
  return new StoreError("STORE_INVALID_OPTIONS", `telemetry: ${problem}`);
}

function isApi(value: unknown): boolean {
  const { trace, metrics, context } = Object(value) as Partial<OpenTelemetryApi>;
  return trace !== undefined && metrics !== undefined && context !== undefined;
}
