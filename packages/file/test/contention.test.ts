import { existsSync, mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "./support/playground.js";
import { compileProgram, type Program } from "./support/program.js";
import { programDirectory } from "./support/program-directory.js";
import { startProgram } from "./support/start-program.js";

const CONTENDERS = 8;
const TABLES = 25;

let claiming: string;

beforeAll(() => {
  claiming = compileProgram("claiming", programDirectory());
});

async function contenders(): Promise<Program[]> {
  const programs = Array.from({ length: CONTENDERS }, () => startProgram(claiming, []));
  await Promise.all(programs.map((program) => program.saidLines(1)));
  return programs;
}

/** Lets all claim a table at once. Returns the one that got it. */
async function contend(programs: readonly Program[], directory: string): Promise<Program> {
  const lines = programs.map(({ lines }) => lines.length);
  for (const program of programs) program.tell(directory);
  await Promise.all(programs.map((program, index) => program.saidLines((lines[index] ?? 0) + 1)));
  const winners = programs.filter(({ lines }) => lines.at(-1) === "owner");
  expect(winners, `of ${programs.map(({ lines }) => lines.at(-1))}`).toHaveLength(1);
  const refused = programs.filter(({ lines }) => lines.at(-1) === "STORE_LOCKED");
  expect(refused).toHaveLength(programs.length - 1);
  return winners[0] as Program;
}

function newTable(): string {
  const directory = join(temporaryDirectory(), "table");
  mkdirSync(directory);
  return directory;
}

test("of eight processes that claim a new table at once, one gets it, time and again", async () => {
  const programs = await contenders();
  for (let table = 0; table < TABLES; table++) await contend(programs, newTable());
});

test.skipIf(process.platform === "win32")(
  "an owner that exits after the table was taken over leaves the next one's lock alone",
  async () => {
    const directory = newTable();
    const sleeper = startProgram(claiming, []);
    await sleeper.saidLines(1);
    await contend([sleeper], directory);
    process.kill(sleeper.pid, "SIGSTOP");
    const aMinuteAgo = new Date(Date.now() - 60_000);
    utimesSync(join(directory, "E000001", "lock"), aMinuteAgo, aMinuteAgo);

    const next = startProgram(claiming, []);
    await next.saidLines(1);
    await contend([next], directory);
    process.kill(sleeper.pid, "SIGCONT");
    sleeper.tell("exit");
    await sleeper.ended();
    expect(existsSync(join(directory, "E000002", "lock"))).toBe(true);
    next.tell("check");
    await next.saidLines(3);
    expect(next.lines.at(-1)).toBe("owner");
  },
);

test("when the owner is killed, one of those left gets the table at once, until none is left", async () => {
  const directory = newTable();
  let programs = await contenders();
  while (programs.length > 0) {
    const winner = await contend(programs, directory);
    await winner.kill();
    programs = programs.filter((program) => program !== winner);
  }
});
