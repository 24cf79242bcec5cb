import { createStore, type StoreError } from "@store/core";
import { beforeAll, expect, test } from "vitest";
import { fileAdapter } from "../src/index.js";
import { temporaryDirectory } from "./support/playground.js";
import { compileProgram } from "./support/program.js";
import { programDirectory } from "./support/program-directory.js";
import { startProgram } from "./support/start-program.js";

let holding: string;

beforeAll(() => {
  holding = compileProgram("holding", programDirectory());
});

function openTable(dataDir: string) {
  const store = createStore({ adapter: fileAdapter, options: { dataDir } });
  return { store, open: () => store.ensureTable<[string, number]>("d", "t") };
}

function failure(act: () => unknown): StoreError {
  try {
    act();
  } catch (error) {
    return error as StoreError;
  }
  throw new Error("it didn't fail");
}

test("a table that another process has is STORE_LOCKED, with its pid, host and since when", async () => {
  const dataDir = temporaryDirectory();
  const program = startProgram(holding, [dataDir]);
  await program.saidLines(1);
  const { store, open } = openTable(dataDir);
  const error = failure(open);
  expect(error.code).toBe("STORE_LOCKED");
  expect(error.message).toContain(`process ${program.pid} on host `);
  expect(error.cause).toMatchObject({
    pid: program.pid,
    host: expect.any(String),
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  store.close();
});

test("when that process is killed, the table opens at once", async () => {
  const dataDir = temporaryDirectory();
  const program = startProgram(holding, [dataDir]);
  await program.saidLines(1);
  await program.kill();
  const { store, open } = openTable(dataDir);
  expect(open().lookup("held by")).toEqual([["held by", program.pid]]);
  store.close();
});

test("when that process closes it, the table opens at once", async () => {
  const dataDir = temporaryDirectory();
  const program = startProgram(holding, [dataDir]);
  await program.saidLines(1);
  program.tell("close");
  await program.ended();
  const { store, open } = openTable(dataDir);
  expect(open().lookup("held by")).toEqual([["held by", program.pid]]);
  store.close();
});

test("of processes that open a table at the same time one gets it, the others are told", async () => {
  const dataDir = temporaryDirectory();
  const programs = Array.from({ length: 4 }, () => startProgram(holding, [dataDir]));
  await Promise.all(programs.map((program) => program.saidLines(1)));
  const said = programs.map(({ lines }) => lines[0]).sort();
  expect(said).toEqual(["STORE_LOCKED", "STORE_LOCKED", "STORE_LOCKED", "open"]);
});

test("two stores of one process can't have a table twice", () => {
  const dataDir = temporaryDirectory();
  const first = openTable(dataDir);
  first.open();
  const second = openTable(dataDir);
  expect(failure(second.open)).toMatchObject({ code: "STORE_LOCKED", cause: { pid: process.pid } });
  first.store.close();
  second.open();
  second.store.close();
});
