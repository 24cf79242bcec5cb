import { formatDuration, formatRate } from "../output/measure.js";
import type { Report } from "../output/report.js";
import type { Tables } from "./tables.js";

/** Prints the steps of a run, as they are on record. */
export function reportSteps(report: Report, { steps }: Tables, runId: string): void {
  const call = `steps.records({ prefix: ["${runId}"] })`;
  const found = report.timed(call, () => [...steps.records({ prefix: [runId] })]);
  report.rows(
    found.map(([[, step], name, status, records, took]) => {
      return [step, name, status, records, formatDuration(took), formatRate(records, took)];
    }),
    { headings: ["step", "name", "status", "cities", "took", "rate"] },
  );
}
