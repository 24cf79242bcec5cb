import type { Store } from "@store/core";
import { errorCode } from "../../src/platform/error-code.js";
import { watchBuffers } from "./buffer-watch.js";
import { agrees, type Content, contentOf, DOMAIN, describeContent } from "./content.js";
import { afterFault, type Fault } from "./fault.js";
import { type Files, Machine, nameOf, type Repair } from "./machine.js";
import type { Specimen } from "./specimen.js";

const DATA = "/data";
/** Some ten times as many as it takes to open one of these directories, to read it and to close it, three times. */
const MANY_CALLS = 10_000;
/** The largest file and the largest buffer of a fixed size are smaller. */
const LARGEST_BUFFER = 2 ** 20 + 1;

/** What came of a fault. */
export type Outcome = "right" | "loss reported" | "refused";

/**
 * Opens a data directory after a fault, and checks what comes of it. Throws if it isn't this:
 *
 * 1. No table has a record that a table of its name never had.
 * 2. What is opened or read without a repair is what there was at some moment since the last sync, or `STORE_CORRUPT`; and
 *    so it is after a repair of which no report tells a loss. Whole files that are gone, or earlier ones, may have come to
 *    an earlier moment: what they were then, or what the others say that there was.
 * 3. With a repair, what is damaged is refused once at most: by a read that meets it first. The next open repairs it. But a
 *    directory none of whose files says any more what it is part of is refused each time, and not begun anew.
 * 4. No buffer is allocated for a length that isn't there, and the calls come to an end.
 * 5. After a repair the directory takes a write; closed or killed, the next owner finds the same, and nothing to repair.
 *
 * No other error may come up: nothing here fails but bytes, so that `STORE_IO` would be a mistake that was made of them.
 */
export function checkFault(
  specimen: Specimen,
  fault: Fault,
  repair: Repair,
  number: number,
): Outcome {
  const machine = Machine.mount(afterFault(specimen.files, fault));
  const { fileSystem } = machine;
  fileSystem.fail({ nth: MANY_CALLS, code: "EDEADLK", lasting: true });
  const { result, largest } = watchBuffers(() =>
    checkOutcome(specimen, fault, machine, repair, number),
  );
  if (largest > LARGEST_BUFFER) throw new Error(`it allocated ${largest} bytes`);
  if (fileSystem.hasFailed) throw new Error("it makes calls without an end");
  return result;
}

function checkOutcome(
  specimen: Specimen,
  fault: Fault,
  machine: Machine,
  repair: Repair,
  number: number,
): Outcome {
  let found = openAndRead(machine, repair);
  if (repair !== false && !isWhole(found)) {
    machine.kill();
    found = openAndRead(machine, repair);
    if (found === undefined && isOfAll(fault, specimen)) return "refused";
    if (!isWhole(found)) throw new Error("it isn't repaired");
  }
  if (found === undefined) return "refused";
  const { content, store } = found;
  checkRecords(specimen, content);
  const isTold = machine.reports.some(({ lostChanges }) => lostChanges > 0);
  if (!isTold) checkMoment(specimen, fault, machine, content);
  if (repair === false && machine.reports.some(({ reason }) => reason === "damage")) {
    throw new Error("it was repaired");
  }
  if (!isWhole(found)) return "refused";
  if (repair !== false && (isTold || number % 4 === 0)) checkNext(machine, store, number);
  return isTold ? "loss reported" : "right";
}

interface Found {
  readonly store: Store<"sync">;
  readonly content: Content;
}

/** Undefined if that is refused. */
function openAndRead(machine: Machine, repair: Repair): Found | undefined {
  try {
    const store = machine.open(DATA, repair);
    // So it is opened, where nobody is its owner.
    store.ensureTable(DOMAIN, "opened", { type: "set" });
    store.dropTable(DOMAIN, "opened");
    return { store, content: contentOf(store) };
  } catch (error) {
    if (errorCode(error) !== "STORE_CORRUPT") throw error;
    return undefined;
  }
}

function isWhole(found: Found | undefined): boolean {
  return found !== undefined && ![...found.content.values()].includes(undefined);
}

/** Whether every file of records, and the manifest, is another. */
function isOfAll({ changes }: Fault, { files }: Specimen): boolean {
  return [...files.keys()]
    .filter((path) => /^MANIFEST$|\.(run|log)$/.test(nameOf(path)))
    .every((path) => changes.has(path));
}

function checkRecords({ records }: Specimen, content: Content): void {
  for (const [name, texts] of content) {
    const wrong = texts?.find((text) => records.get(name)?.has(text) === false);
    if (wrong !== undefined) throw new Error(`${name} has ${wrong}, which it never had`);
  }
}

function checkMoment(specimen: Specimen, fault: Fault, machine: Machine, content: Content): void {
  const { moments, floor } = specimen;
  const first = isFloorKnown(specimen, fault) ? floor : 0;
  if (moments.slice(first).some((moment) => agrees(content, moment))) return;
  const said = machine.reports.map(({ reason, table }) => `${reason} of "${table}"`).join();
  throw new Error(`it reports no loss (${said}), but has ${describeContent(content)}`);
}

/** Whether the files still say what had been synced: else what is left may look like a torn tail. */
function isFloorKnown({ files, marks }: Specimen, fault: Fault): boolean {
  // A file of another time or directory, or none.
  if (fault.place === undefined && isOfFiles(fault.changes, files)) return false;
  const logs = [...afterFault(files, fault)];
  return marks.every(({ file, from, bytes }) =>
    logs.some(
      ([path, content]) =>
        nameOf(path) === file && content.subarray(from, from + bytes.length).equals(bytes),
    ),
  );
}

/** Whether all that has changed is which files there are, or what they are as a whole. */
function isOfFiles(changes: Fault["changes"], files: Files): boolean {
  return [...changes].every(([path, content]) => content?.length !== files.get(path)?.length);
}

function checkNext(machine: Machine, store: Store<"sync">, number: number): void {
  const [{ name } = { name: "set" }] = store.tables(DOMAIN);
  const table = store.ensureTable(DOMAIN, name);
  table.insert(["after", number]);
  const content = contentOf(store);
  const before = machine.reports.length;
  if (number % 8 < 4) store.close();
  machine.kill();
  const found = contentOf(machine.open(DATA, false));
  if (!agrees(found, content) || [...found.values()].includes(undefined)) {
    throw new Error(
      `it had ${describeContent(content)}; the next owner finds ${describeContent(found)}`,
    );
  }
  const [report] = machine.reports.slice(before);
  if (report !== undefined) throw new Error(`the next owner finds a ${report.reason}`);
  const kept = machine.reports.flatMap(({ keptAside }) => keptAside ?? []);
  for (const aside of kept) {
    if (!machine.memory.list(aside).some((file) => nameOf(file) === "REPAIR")) {
      throw new Error(`${aside} has no report`);
    }
  }
}
