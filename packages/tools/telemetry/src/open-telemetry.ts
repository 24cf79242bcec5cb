import { createRequire } from "node:module";
import type { Attributes, Histogram, Span } from "@opentelemetry/api";
import type { Observer } from "./observer.js";
import type { StoreCall } from "./store-call.js";

/** The module `@opentelemetry/api`, of the application. */
export type OpenTelemetryApi = typeof import("@opentelemetry/api");

const NAME = "@store/telemetry";

/** As the semantic conventions for databases have them, in seconds. */
const BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

/** How the conventions call the systems behind adapters, where that isn't the adapter's own name. */
const SYSTEMS: Readonly<Record<string, string>> = { postgres: "postgresql" };

/** The module, if the application has it. */
export function loadOpenTelemetry(): OpenTelemetryApi | undefined {
  // In the CommonJS build there is no `import.meta`.
  const here = typeof __filename === "string" ? __filename : import.meta.url;
  try {
    return createRequire(here)("@opentelemetry/api") as OpenTelemetryApi;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Whether an SDK is registered: without one, spans and metrics go nowhere, and needn't be made. */
export function hasSdk({
  trace,
  metrics,
  ProxyTracerProvider,
  createNoopMeter,
}: OpenTelemetryApi): boolean {
  const provider = trace.getTracerProvider();
  const delegate = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  const traces = delegate !== new ProxyTracerProvider().getDelegate();
  return traces || metrics.getMeter(NAME) !== createNoopMeter();
}

/** Makes a span of each call, and measures its duration, by the semantic conventions for databases. */
export function openTelemetry(api: OpenTelemetryApi, mode: "sync" | "async"): Observer {
  const tracer = api.trace.getTracer(NAME);
  const meter = api.metrics.getMeter(NAME);
  const durations = meter.createHistogram("db.client.operation.duration", {
    description: "Duration of calls of a store's adapter.",
    unit: "s",
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });
  const rows = meter.createHistogram("db.client.response.returned_rows", {
    description: "Records that calls were about.",
    unit: "{row}",
    advice: {
      explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
    },
  });
  // What is done in this process isn't a client's call of another.
  const kind = mode === "sync" ? api.SpanKind.INTERNAL : api.SpanKind.CLIENT;
  const spans = new WeakMap<StoreCall, Span>();
  return {
    begin(call) {
      const attributes = attributesOf(call);
      const target = call.table ?? call.domain;
      const span = tracer.startSpan(
        target === undefined ? call.operation : `${call.operation} ${target}`,
        {
          kind,
          attributes,
        },
      );
      spans.set(call, span);
      return () => finish(call, { span, attributes, durations, rows, api });
    },
    within(call, work) {
      const span = spans.get(call);
      if (span === undefined) return work();
      return api.context.with(api.trace.setSpan(api.context.active(), span), work);
    },
  };
}

interface Measured {
  readonly span: Span;
  readonly attributes: Attributes;
  readonly durations: Histogram;
  readonly rows: Histogram;
  readonly api: OpenTelemetryApi;
}

function attributesOf({
  operation,
  adapter,
  domain,
  table,
  tables,
  records,
}: StoreCall): Attributes {
  const collection = table ?? (tables?.length === 1 ? tables[0] : undefined);
  return {
    "db.system.name": SYSTEMS[adapter] ?? adapter,
    "db.operation.name": operation,
    ...(domain !== undefined && { "db.namespace": domain }),
    ...(collection !== undefined && { "db.collection.name": collection }),
    ...(operation === "batch" &&
      records !== undefined &&
      records > 1 && { "db.operation.batch.size": records }),
  };
}

function finish(call: StoreCall, { span, attributes, durations, rows, api }: Measured): void {
  const failed: Attributes = call.code === undefined ? {} : { "error.type": call.code };
  if (call.records !== undefined) span.setAttribute("db.response.returned_rows", call.records);
  if (call.code !== undefined) {
    span.setAttributes({ ...failed, "db.response.status_code": call.code });
    span.setStatus({ code: api.SpanStatusCode.ERROR, message: messageOf(call.error) });
  }
  span.end();
  durations.record((call.duration ?? 0) / 1_000, { ...attributes, ...failed });
  if (call.records !== undefined && call.code === undefined) rows.record(call.records, attributes);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
