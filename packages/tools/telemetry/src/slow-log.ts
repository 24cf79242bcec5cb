import type { Observer } from "./observer.js";
import type { StoreCall } from "./store-call.js";

export interface SlowCalls {
  /** Calls that take so long (ms) or longer are logged. */
  readonly thresholdMs: number;
  /** Gets each of them. Default: one line by `console.warn`. What it throws ends there. */
  readonly log?: ((call: StoreCall) => void) | undefined;
}

export function slowLog({ thresholdMs, log = warn }: SlowCalls): Observer {
  const ended = (call: StoreCall): void => {
    if (call.duration === undefined || call.duration < thresholdMs) return;
    try {
      log(call);
    } catch (error) {
      // A log that fails is no failure of the call.
      console.error("the slow-call log failed:", error);
    }
  };
  return { begin: () => ended };
}

function warn(call: StoreCall): void {
  console.warn(slowCallText(call));
}

/** `slow: lookup runs/events (file) took 12.3 ms, 1 records`, names quoted where they need to be. */
export function slowCallText({
  operation,
  adapter,
  domain,
  table,
  tables,
  duration,
  records,
  code,
}: StoreCall): string {
  const where =
    table !== undefined
      ? `${name(domain)}/${name(table)}`
      : (tables?.map(name).join(", ") ?? name(domain));
  const what = [
    `slow: ${operation}${where === "" ? "" : ` ${where}`} (${adapter}) took ${duration?.toFixed(1)} ms`,
    ...(records === undefined ? [] : [`${records} records`]),
    ...(code === undefined ? [] : [code]),
  ];
  return what.join(", ");
}

/** A name may be anything, line breaks and control characters included. */
function name(text: string | undefined): string {
  if (text === undefined) return "";
  return /^[\w.:-]+$/.test(text) ? text : JSON.stringify(text);
}
