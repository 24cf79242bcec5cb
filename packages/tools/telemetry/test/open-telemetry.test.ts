import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { createStore } from "@store/core";
import { memoryAdapter } from "@store/memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { telemetry } from "../src/index.js";

describe("OpenTelemetry", () => {
  test("without an SDK makes nothing: calls aren't observed", () => {
    const table = createStore({
      adapter: telemetry(memoryAdapter, { openTelemetry: api }),
    }).ensureTable("runs", "events");
    table.lookup("a");
    // Sync tables are counted only while somebody is told.
    expect(table.info().details?.telemetry).toEqual({ calls: {}, errors: 0 });
  });

  describe("with an SDK", () => {
    const spans = new InMemorySpanExporter();
    const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({
      exporter: metrics,
      exportIntervalMillis: 1e9,
    });
    beforeAll(() => {
      api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      api.trace.setGlobalTracerProvider(
        new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
      );
      api.metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    });
    afterAll(async () => {
      await reader.shutdown();
      api.context.disable();
      api.trace.disable();
      api.metrics.disable();
    });

    test("makes spans by the conventions for databases, in the span that is active", () => {
      const store = createStore({ adapter: telemetry(memoryAdapter, { openTelemetry: api }) });
      const table = store.ensureTable("runs", "events");
      spans.reset();
      api.trace.getTracer("test").startActiveSpan("request", (request) => {
        table.insert(["a", 1]);
        table.lookup("a");
        request.end();
      });
      const [insert, lookup, request] = spans.getFinishedSpans();
      expect([insert?.name, lookup?.name]).toEqual(["insert events", "lookup events"]);
      expect(lookup).toMatchObject({
        kind: api.SpanKind.INTERNAL,
        attributes: {
          "db.system.name": "memory",
          "db.namespace": "runs",
          "db.collection.name": "events",
          "db.operation.name": "lookup",
          "db.response.returned_rows": 1,
        },
        status: { code: api.SpanStatusCode.UNSET },
      });
      expect(lookup?.parentSpanContext?.spanId).toBe(request?.spanContext().spanId);
    });

    test("loads the module by itself, says of an error what it was, and measures durations in seconds", async () => {
      const failing: typeof memoryAdapter = {
        ...memoryAdapter,
        open: (options, toolkit) => {
          const backend = memoryAdapter.open(options, toolkit);
          const openTable = backend.openTable.bind(backend);
          return Object.assign(backend, {
            openTable: (...args: Parameters<typeof openTable>) =>
              Object.assign(openTable(...args), {
                first: () => {
                  throw toolkit.error("STORE_CORRUPT", "it is no longer what it was");
                },
              }),
          });
        },
      };
      const table = createStore({ adapter: telemetry(failing, {}) }).ensureTable("runs", "failing");
      spans.reset();
      expect(() => table.first()).toThrow();
      expect(spans.getFinishedSpans()[0]).toMatchObject({
        name: "first failing",
        attributes: { "error.type": "STORE_CORRUPT", "db.response.status_code": "STORE_CORRUPT" },
        status: { code: api.SpanStatusCode.ERROR },
      });

      await reader.forceFlush();
      const found = metrics
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      const durations = found.find(
        ({ descriptor }) => descriptor.name === "db.client.operation.duration",
      );
      expect(durations?.descriptor.unit).toBe("s");
      expect(durations?.dataPoints.map(({ attributes }) => attributes)).toContainEqual({
        "db.system.name": "memory",
        "db.namespace": "runs",
        "db.collection.name": "failing",
        "db.operation.name": "first",
        "error.type": "STORE_CORRUPT",
      });
      expect(found.map(({ descriptor }) => descriptor.name)).toContain(
        "db.client.response.returned_rows",
      );
    });

    test("is left alone with openTelemetry: false", () => {
      const table = createStore({
        adapter: telemetry(memoryAdapter, { openTelemetry: false }),
      }).ensureTable("runs", "events");
      spans.reset();
      table.lookup("a");
      expect(spans.getFinishedSpans()).toEqual([]);
    });
  });
});
