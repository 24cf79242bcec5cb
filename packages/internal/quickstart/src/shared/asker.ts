import { workerData } from "node:worker_threads";
import { attachStore } from "@store/worker";
import { openShared, type Task } from "./shared-tables.js";

/**
 * A thread that asks: reads the cities of some countries in the memory that the thread which started it has shared, and has
 * that thread write down what it found.
 */
const { ticket, name, countries } = workerData as Task;

using store = attachStore(ticket);
const { cities, found, progress } = openShared(store);
for (const country of countries) {
  let count = 0;
  let inhabitants = 0;
  for (const [, population] of cities.records({ prefix: [country] })) {
    count++;
    inhabitants += population;
  }
  found.insert([country, count, inhabitants, name]);
  progress.updateCounter("countries", 1);
}
