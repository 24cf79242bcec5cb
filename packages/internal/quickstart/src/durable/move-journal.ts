import type { MigrationProgress, Store } from "@store/core";
import { fileAdapter } from "@store/file";
import { openTables } from "../atlas/tables.js";
import { newDataDirectory, shown } from "../data-directory.js";
import { formatDuration, timed } from "../output/measure.js";
import type { Report } from "../output/report.js";

/** Moves the journal from memory to files, and goes on with it there. */
export function moveJournal(report: Report, store: Store): void {
  report.section("A domain moves, with all its records, from memory to files");
  const dataDir = newDataDirectory("journal");
  const config = { adapter: fileAdapter, options: { dataDir } };
  const progress: MigrationProgress[] = [];
  const onProgress = (step: MigrationProgress) => progress.push(step);
  report.call("const config = { adapter: fileAdapter, options: { dataDir } };");
  report.call(`store.migrateDomain("journal", config, { onProgress });`);
  const { milliseconds } = timed(() => store.migrateDomain("journal", config, { onProgress }));
  report.rows(
    progress.map(({ table, copied, total }) => [table, copied, total]),
    { headings: ["table", "copied", "of"] },
  );
  report.note(
    `Copied to ${shown(dataDir)}, compared and synced in ${formatDuration(milliseconds)}.`,
    "Its old handles are closed. The code that opens and uses it stays the same:",
  );
  report.gap();

  const { events } = openTables(store);
  report.call("const { events } = openTables(store);");
  report.call("events.size", String(events.size));
  report.call("events.info().adapter", events.info().adapter);
  const key = events.append(null, "import-1", 0, "resumed", 0, Date.now());
  report.call(`events.append(null, "import-1", 0, "resumed", …)`, String(key));
}
