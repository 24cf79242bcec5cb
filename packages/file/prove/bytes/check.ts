import { dirname } from "node:path";
import { StoreError, type StoreRecord, type Table } from "@store/core";
import type { Repair } from "../../src/recovery.js";
import type { RepairReport } from "../../src/repair-report.js";
import { watchBuffers } from "./buffer-watch.js";
import { agrees, type Content, contentByScan, contentOf, show } from "./content.js";
import { type Evidence, evidenceIn } from "./evidence.js";
import { afterFault, type Fault } from "./fault.js";
import { type Files, Machine, nameOf, type Opened } from "./machine.js";
import { type Prospect, prospectOf } from "./prospect.js";
import type { Subject } from "./subject.js";

/** Some ten times as many as it takes to open one of these tables, to read it and to close it, twice. */
const MANY_CALLS = 3_000;
/** The largest file and the largest buffer of a fixed size are smaller. */
const LARGEST_BUFFER = 2 ** 19;

/** What came of a fault. */
export type Outcome = "right" | "loss reported" | "refused";

/**
 * Opens a table after a fault, and checks what comes of it. Throws if it isn't this:
 *
 * 1. Opening is refused with `STORE_CORRUPT`, and all files are as they were; or there is a table. A repair refuses only
 *    where there is no manifest of the table any more.
 * 2. A table that reports no lost change has exactly what the changes up to some moment had made of it, which is no
 *    earlier than what the files, as far as they are left, say is on disk. Where they say nothing, as no segment and no
 *    manifest is left, or where they are an earlier copy, that is the beginning, or what they were then.
 * 3. A table that reports lost changes has only records that it once had, each exactly as it was. Without a repair there
 *    is no such table.
 * 4. A record that can't be read is `STORE_CORRUPT`, and there only where a hint was believed, and nothing else was read.
 * 5. All this takes a bounded number of calls, and no buffer is allocated for a length that isn't there.
 * 6. Then the table takes writes; closed or killed, it is the same for the next owner, who finds nothing to repair. What
 *    was damaged is kept aside, byte for byte.
 * 7. Of one byte that is another, or a log that is cut off, it is known what it does: up to which change the table goes,
 *    or how many are lost, and which file is at fault.
 *
 * No other error may come up: nothing here fails but bytes, so that `STORE_IO` would be a mistake that was made of them.
 */
export function checkFault(
  subject: Subject,
  fault: Fault,
  repair: Repair,
  number: number,
): Outcome {
  const files = afterFault(subject.files, fault);
  const machine = Machine.mount(files);
  const { fileSystem } = machine;
  const most = fileSystem.count() + MANY_CALLS;
  fileSystem.fail({ nth: MANY_CALLS, code: "EDEADLK", lasting: true });
  const { result, largest } = watchBuffers(() =>
    checkOutcome(subject, fault, files, machine, repair, number),
  );
  if (largest > LARGEST_BUFFER) throw new Error(`it allocated ${largest} bytes`);
  if (fileSystem.count() >= most) throw new Error("it makes calls without an end");
  return result;
}

function checkOutcome(
  subject: Subject,
  fault: Fault,
  files: Files,
  machine: Machine,
  repair: Repair,
  number: number,
): Outcome {
  const prospect = prospectOf(subject, fault);
  const evidence = evidenceIn(subject, files);
  let opened: Opened;
  try {
    opened = machine.open(subject.table, repair);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "STORE_CORRUPT") throw error;
    checkRefused(files, evidence, machine, error, repair, prospect);
    if (fault.place && repair !== false) throw error;
    return "refused";
  }
  const content = checkOpened(subject, files, evidence, machine, opened, repair);
  const { report } = opened;
  if (prospect && fault.place) {
    checkProspect(subject, prospect, fault.place.path, content, report, repair);
  }
  // What was found as it was left will be once more: that needn't be seen each time.
  if (report || number % 4 === 0) checkNext(subject, machine, opened.table, number);
  return report?.lostChanges ? "loss reported" : "right";
}

function checkRefused(
  files: Files,
  { manifest }: Evidence,
  machine: Machine,
  error: StoreError,
  repair: Repair,
  prospect: Prospect | undefined,
): void {
  if (repair !== false && manifest !== undefined) throw error;
  if (prospect !== undefined) {
    if (prospect.outcome !== "damage") throw error;
    if (!/\/E\d{6}\/(MANIFEST|\d{6}\.(log|base)) is damaged/.test(error.message)) throw error;
  }
  const left = machine.files();
  for (const [path, content] of files) {
    if (left.get(path)?.equals(content) !== true) throw new Error(`it changed ${path}`);
  }
  for (const path of left.keys()) {
    if (!path.endsWith("/") && !files.has(path)) throw new Error(`it left ${path}`);
  }
}

function checkOpened(
  subject: Subject,
  files: Files,
  evidence: Evidence,
  machine: Machine,
  { table, report }: Opened,
  repair: Repair,
): Content {
  const content = contentOf(table);
  const isReadable = ![...content.values()].includes(undefined);
  const scanned = contentByScan(table);
  if (scanned === undefined ? isReadable : !isReadable || !agrees(scanned, content)) {
    throw new Error(`its keys have ${show(content)}, but it has ${scanned && show(scanned)}`);
  }
  if (!isReadable && !evidence.manifest?.hint) {
    throw new Error(`it has ${show(content)}`);
  }
  const lostChanges = report?.lostChanges ?? 0;
  if (lostChanges === 0) checkWhole(subject, evidence, content);
  else checkRecords(subject, content);
  if (report?.reason === "damage") {
    if (repair === false) throw new Error("it was repaired");
    checkKept(files, machine, report.keptAside);
  }
  if (report !== undefined && report.records !== table.size) throw new Error("records miscounted");
  const { details } = table.info();
  if (details?.repair !== report) throw new Error("info() says something else about the repair");
  return content;
}

function checkWhole({ moments }: Subject, { sequence }: Evidence, content: Content): void {
  const isRight = moments.some(
    (moment) => moment.sequence >= sequence && agrees(content, moment.content),
  );
  if (!isRight) {
    throw new Error(`it reports no loss, but has ${show(content)}; change ${sequence} was on disk`);
  }
}

function checkRecords({ records }: Subject, content: Content): void {
  for (const record of [...content.values()].flatMap((of) => of ?? [])) {
    if (!records.has(record)) throw new Error(`it has ${record}, which it never had`);
  }
}

/** All files of one epoch are there under another name. */
function checkKept(files: Files, machine: Machine, aside: string | undefined): void {
  const kept = machine.files();
  const epochs = new Map<string, boolean>();
  for (const [path, content] of files) {
    if (path.endsWith("/")) continue;
    const isKept = kept.get(`${aside}/${nameOf(path)}`)?.equals(content) ?? false;
    epochs.set(dirname(path), (epochs.get(dirname(path)) ?? true) && isKept);
  }
  if (![...epochs.values()].includes(true)) throw new Error("what was damaged is not kept");
}

function checkNext(
  { table: name }: Subject,
  machine: Machine,
  table: Table<StoreRecord>,
  number: number,
): void {
  table.insert(["after", number]);
  const content = contentOf(table);
  if (number % 8 < 4) table.close();
  machine.kill();
  const next = machine.open(name, false);
  const found = contentOf(next.table);
  if (show(found) !== show(content)) {
    throw new Error(`it had ${show(content)}; the next owner finds ${show(found)}`);
  }
  if (next.report !== undefined) throw new Error(`the next owner finds a ${next.report.reason}`);
}

function checkProspect(
  { moments }: Subject,
  { outcome, tornBytes, lostChanges, orMore, sequence }: Prospect,
  path: string,
  content: Content,
  report: RepairReport | undefined,
  repair: Repair,
): void {
  const isSound = outcome === "same" || (outcome === "torn tail" && tornBytes === 0);
  const undamaged = repair === "force" ? "forced" : isSound ? undefined : outcome;
  const reason = outcome === "damage" ? outcome : undamaged;
  if (report?.reason !== reason) throw new Error(`it reports ${report?.reason}, not ${reason}`);
  if (lostChanges === 0) {
    const last = moments.findLast((moment) => moment.sequence === sequence);
    if (!last || !agrees(content, last.content)) {
      throw new Error(`it has ${show(content)}; change ${sequence} is the last one that is left`);
    }
  }
  if (report === undefined) return;
  const isCounted =
    report.lostChanges === lostChanges || (orMore && report.lostChanges > lostChanges);
  if (!isCounted)
    throw new Error(`it counts ${report.lostChanges} lost changes, not ${lostChanges}`);
  if (report.tornBytes !== tornBytes) {
    throw new Error(`it counts ${report.tornBytes} torn bytes, not ${tornBytes}`);
  }
  const blamed = report.damaged[0]?.file;
  if (blamed !== (outcome === "damage" ? nameOf(path) : undefined)) {
    throw new Error(`it says that ${blamed} is damaged`);
  }
}
