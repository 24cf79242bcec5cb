import type { Benchmark } from "../benchmark.js";
import { ACCESS_BENCHMARKS } from "./access-benchmarks.js";
import { FILE_BENCHMARKS } from "./file-benchmarks.js";
import { MEMORY_BENCHMARKS } from "./memory-benchmarks.js";
import { TABLE_BENCHMARKS } from "./table-benchmarks.js";
import { VALUE_BENCHMARKS } from "./value-benchmarks.js";

/** All that is measured, in the order of the report. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...MEMORY_BENCHMARKS,
  ...FILE_BENCHMARKS,
  ...TABLE_BENCHMARKS,
  ...VALUE_BENCHMARKS,
  ...ACCESS_BENCHMARKS,
];
