import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { InterruptedError } from "../output/failure.js";
import type { OpenPlace } from "../places/open-place.js";
import { acting, type CommandContext, counted, type Define, examples } from "./command-context.js";
import { type FilePackage, filePackage, notFiles } from "./file-package.js";

/** `backup` and `compact`: the upkeep of a data directory. */
export const defineMaintain: Define = (program, io) => {
  program
    .command("backup")
    .summary("copy a data directory, by links to its files")
    .description(
      "Copy all tables of a data directory, as of one moment, into a directory that is empty or not there, by links to the files where the file system has them. It needs the owner gone; beside one, `store copy` does.",
    )
    .argument("<place>", "a data directory")
    .argument("<directory>", "where to")
    .addHelpText("after", examples("store backup ./data ./monday"))
    .action(
      acting(io, async (context, place: string, directory: string) => {
        const interruption = context.io.interruption();
        await owning(context, place, "backup", async (opened, { backup }) => {
          const isNew = !existsSync(directory);
          try {
            await backup(opened.store, "store", directory);
            await context.output.turn();
            if (interruption.aborted) throw new InterruptedError("interrupted: no backup was made");
          } catch (error) {
            if (isNew) rmSync(directory, { recursive: true, force: true });
            throw error;
          }
          await context.output.result(
            { backup: resolve(directory) },
            `backed up to ${directory}\n`,
          );
        });
      }),
    );

  program
    .command("compact")
    .summary("give back the room of what was deleted or replaced")
    .description(
      "Merge a data directory into one file, without what was deleted or replaced. Needs the owner gone, and room for a second copy meanwhile.",
    )
    .argument("<place>", "a data directory")
    .addHelpText("after", examples("store compact ./data"))
    .action(
      acting(io, async (context, place: string) => {
        await owning(context, place, "compact", async (opened, { compact }) => {
          const bytes = () => directoryBytes(opened.place.path as string);
          const before = bytes();
          await compact(opened.store, "store");
          await opened.store.close();
          const after = bytes();
          await context.output.result(
            { bytesBefore: before, bytesAfter: after },
            `${counted(before, "byte")} before, ${counted(after, "byte")} now\n`,
          );
        });
      }),
    );
};

/** Does something with a data directory that is ours meanwhile. */
async function owning(
  context: CommandContext,
  place: string,
  what: string,
  act: (opened: OpenPlace, files: FilePackage) => Promise<void>,
): Promise<void> {
  const parsed = context.place(place);
  if (parsed.kind !== "directory") throw notFiles(parsed, what);
  const files = await filePackage();
  await context.at(place, "write", (opened) => act(opened, files));
}

function directoryBytes(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(
      ({ parentPath, name }) =>
        statSync(resolve(parentPath, name), { throwIfNoEntry: false })?.size,
    );
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}
