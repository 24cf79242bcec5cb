import { Command } from "commander";
import { defineCheck } from "./commands/check.js";
import { defineCompletion } from "./commands/completion.js";
import { defineCopy } from "./commands/copy.js";
import { defineDump } from "./commands/dump.js";
import { defineErlang } from "./commands/erlang.js";
import { defineList } from "./commands/list.js";
import { defineLoad } from "./commands/load.js";
import { defineMaintain } from "./commands/maintain.js";
import { defineRead } from "./commands/read.js";
import { defineServe } from "./commands/serve.js";
import { defineTail } from "./commands/tail.js";
import { defineView } from "./commands/view.js";
import { defineWrite } from "./commands/write.js";
import type { Io } from "./output/io.js";

const COMMANDS = [
  defineList,
  defineRead,
  defineWrite,
  defineTail,
  defineDump,
  defineLoad,
  defineCopy,
  defineMaintain,
  defineCheck,
  defineServe,
  defineView,
  defineErlang,
  defineCompletion,
];

const HELP = `
Places: a data directory (./data), a server's socket (./data.sock, unix:PATH), sqlite:FILE, postgres://..., redis://...
Tables: domain/table. Keys and records are JSON, with {"$bigint":"1"}, {"$bytes":"AQID"} and such for what JSON lacks.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not there, 4 locked by another owner.
`;

/** The command line, as `commander` knows it. */
export function programOf(io: Io, version: string): Command {
  const program = new Command("store")
    .description("Look into, copy, check and repair tables, wherever they are kept.")
    .version(version)
    .usage("<command> <place> [domain/table] [...]")
    .option("--json", "one JSON value a line, for programs; errors as JSON at standard error")
    .option("--color", "colours even where it is no terminal")
    .option("--no-color", "no colours, even on a terminal")
    .option(
      "-o, --option <name=value>",
      "an option for the place's adapter, such as schema=app (repeatable)",
      (option: string, all: readonly string[] = []) => [...all, option],
    )
    .addHelpText("after", HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  for (const define of COMMANDS) define(program, io);
  return program;
}
