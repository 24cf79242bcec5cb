import { existsSync } from "node:fs";
import { createStore } from "@store/core";
import type { RepairReport, Verification } from "@store/file";
import { itemsOf } from "../dump/records.js";
import { NotThereError } from "../output/failure.js";
import { formatTable } from "../places/table-name.js";
import { acting, type CommandContext, counted, type Define, examples } from "./command-context.js";
import { type FilePackage, filePackage, notFiles } from "./file-package.js";

/** `verify` and `repair`: whether what is there is what was written. */
export const defineCheck: Define = (program, io) => {
  program
    .command("verify")
    .summary("read everything, and compare checksums")
    .description(
      "Read all of a data directory and compare its checksums, also beside its owner; nothing is changed. Of another place: read all records of all tables. Exit code 1 if anything is damaged.",
    )
    .argument("<place>")
    .addHelpText("after", examples("store verify ./data", "store verify ./data --json"))
    .action(acting(io, verifyPlace));

  program
    .command("repair")
    .summary("keep what is good of a damaged data directory")
    .description(
      "Read all of a data directory; if anything is damaged, keep what is good of each table, and the damaged files aside. Needs the owner gone.",
    )
    .argument("<place>", "a data directory")
    .option("--force", "write everything anew, damaged or not")
    .addHelpText("after", examples("store repair ./data"))
    .action(acting(io, repairPlace));
};

async function verifyPlace(context: CommandContext, place: string): Promise<void> {
  const { output } = context;
  const { kind, path } = context.place(place);
  if (kind !== "directory") return readAll(context, place);
  const { verify } = await filePackage();
  if (!existsSync(path as string)) throw new NotThereError(`there is no ${place}`);
  const result = verifying(context, verify, path as string);
  const { damaged, tornBytes, files, bytes } = result;
  const lines = [
    `${counted(files, "file")} with ${counted(bytes, "byte")} read`,
    ...damaged.map(({ file, from, to }) => `${file}: damaged from byte ${from} to ${to}`),
    tornBytes > 0
      ? `${counted(tornBytes, "byte")} at the end of the log never came to be a write`
      : "",
    damaged.length === 0 ? "all is as it was written" : "",
  ];
  await output.result(result, `${lines.filter(Boolean).join("\n")}\n`);
  if (damaged.length === 0) return undefined;
  throw Object.assign(new Error(`${place} is damaged`), {
    hint: `\`store repair ${place}\` keeps what is good.`,
  });
}

function verifying(
  { output }: CommandContext,
  verify: FilePackage["verify"],
  directory: string,
): Verification {
  const progress = output.progress("verifying", "bytes");
  try {
    return verify(directory, { onProgress: ({ bytes, total }) => progress.to(bytes, total) });
  } finally {
    progress.end();
  }
}

/** What can be verified of a place that has no checksums of ours: that each record can be read, and that none is missing. */
async function readAll({ output, at }: CommandContext, place: string): Promise<void> {
  await at(place, "read", async (opened) => {
    const backend = await opened.backend();
    const progress = output.progress("reading", "records");
    let records = 0;
    const tables = await opened.tables();
    for (const found of tables) {
      const table = await backend.openTable(found.domain, found.name, found.type);
      const before = records;
      const size = await table.size();
      let hasMoments = false;
      for await (const [, expiresAt] of await itemsOf(table)) {
        records++;
        hasMoments ||= expiresAt !== undefined;
        if (records % 1_000 === 0) progress.to(records, before + size);
      }
      const isStill = (await table.size()) === size;
      await table.close();
      if (records - before === size || !isStill || hasMoments) continue;
      throw new Error(
        `${formatTable(found)} has ${size} records, of which ${records - before} were read`,
      );
    }
    progress.end();
    await output.result(
      { tables: tables.length, records, damaged: [] },
      `${counted(records, "record")} of ${counted(tables.length, "table")} read\n`,
    );
  });
}

async function repairPlace(
  context: CommandContext,
  place: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  const { output } = context;
  const { kind, path } = context.place(place);
  if (kind !== "directory") throw notFiles(context.place(place), "repair");
  if (!existsSync(path as string)) throw new NotThereError(`there is no ${place}`);
  const { verify, fileAdapter } = await filePackage();
  const isDamaged = force || verifying(context, verify, path as string).damaged.length > 0;
  const reports: RepairReport[] = [];
  const repair = isDamaged ? ("force" as const) : true;
  const onRepair = (report: RepairReport) => reports.push(report);
  const options = { ...context.place(place).optionsFor("write"), repair, onRepair };
  const store = createStore({ adapter: fileAdapter, options });
  try {
    // Opens the directory as its owner, and changes nothing: there is no such table.
    store.dropTable("store", "no such table \0");
  } finally {
    store.close();
  }
  const lines = reports.map(reportLine);
  await output.result(
    { repaired: reports },
    lines.length === 0 ? "nothing was to be repaired\n" : `${lines.join("\n")}\n`,
  );
}

function reportLine(report: RepairReport): string {
  const { domain, table, reason, records, lostChanges, tornBytes, keptAside } = report;
  const name =
    table === "" ? "what belongs to no known table" : formatTable({ domain, name: table });
  const lost = lostChanges > 0 ? `, ${counted(lostChanges, "change")} lost` : "";
  const torn = tornBytes > 0 ? `, ${counted(tornBytes, "byte")} of a write that was cut` : "";
  const aside = keptAside === undefined ? "" : `; the files as they were: ${keptAside}`;
  return `${name}: ${reason}, ${counted(records, "record")}${lost}${torn}${aside}`;
}
