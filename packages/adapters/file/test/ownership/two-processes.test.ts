import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { createStore, type StoreError } from "@store/core";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { createFileAdapter } from "../../src/file-adapter.js";
import { fileAdapter } from "../../src/index.js";
import { CLAIM } from "../../src/ownership/epoch.js";
import type { FileSystem } from "../../src/platform/file-system.js";
import { nodeFileSystem } from "../../src/platform/node-file-system.js";
import { nodeHost } from "../../src/platform/node-host.js";
import { temporaryDirectory } from "../support/playground.js";
import { compileProgram } from "../support/program.js";
import { programDirectory } from "../support/program-directory.js";
import { startProgram } from "../support/start-program.js";

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
  expect(failure(second.open)).toMatchObject({
    code: "STORE_LOCKED",
    message: expect.stringContaining(`is open in this very process, ${process.pid} on host `),
    cause: { pid: process.pid },
  });
  first.store.close();
  second.open();
  second.store.close();
});

const onLinux = test.runIf(process.platform === "linux");

/** A store whose file system says that it is an hour later: every heartbeat is old. */
function anHourLater(dataDir: string) {
  const fileSystem = new Proxy(nodeFileSystem, {
    get: (inner, name: keyof FileSystem) =>
      name === "linkStatus" ? linkStatus : inner[name].bind(inner),
  });
  const linkStatus = (path: string) => {
    const status = nodeFileSystem.linkStatus(path);
    const ahead = basename(path).startsWith(CLAIM) ? 3_600_000 : 0;
    return status && { ...status, modifiedAt: status.modifiedAt + ahead };
  };
  const adapter = createFileAdapter({ fileSystem, host: nodeHost });
  const store = createStore({ adapter, options: { dataDir } });
  onTestFinished(() => store.close());
  return () => store.ensureTable<[string, number]>("d", "t");
}

onLinux(
  "an owner that is silent, as one whom a call blocks, keeps its table; one that is stopped doesn't",
  async () => {
    const dataDir = temporaryDirectory();
    const program = startProgram(holding, [dataDir]);
    await program.saidLines(1);
    const open = anHourLater(dataDir);
    expect(failure(open)).toMatchObject({ code: "STORE_LOCKED", cause: { pid: program.pid } });
    process.kill(program.pid, "SIGSTOP");
    await vi.waitUntil(() => readFileSync(`/proc/${program.pid}/stat`, "utf8").includes(") T "), {
      interval: 1,
    });
    expect(open().lookup("held by")).toEqual([["held by", program.pid]]);
  },
);

onLinux(
  "a table of a thread that was terminated opens at once; while it lives it doesn't",
  async () => {
    const dataDir = temporaryDirectory();
    const worker = new Worker(holding, { argv: [dataDir], stdout: true, stdin: true });
    await once(worker.stdout, "data");
    const { store, open } = openTable(dataDir);
    expect(failure(open)).toMatchObject({
      code: "STORE_LOCKED",
      message: expect.stringMatching(/ in thread \d+ of this process, /),
    });
    await worker.terminate();
    expect(open().lookup("held by")).toEqual([["held by", process.pid]]);
    store.close();
  },
);

onLinux(
  "a copy of a directory that is open opens at once, also while its owner goes on",
  async () => {
    const dataDir = temporaryDirectory();
    const program = startProgram(holding, [dataDir]);
    await program.saidLines(1);
    const copy = temporaryDirectory();
    cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true });
    const { store, open } = openTable(copy);
    expect(open().lookup("held by")).toEqual([["held by", program.pid]]);
    store.close();
    const original = openTable(dataDir);
    expect(failure(original.open)).toMatchObject({ code: "STORE_LOCKED" });
    original.store.close();
  },
);

test("lockTimeout waits for the process that has the table", async () => {
  const dataDir = temporaryDirectory();
  const program = startProgram(holding, [dataDir]);
  await program.saidLines(1);
  const options = { dataDir, lockTimeout: 20_000 };
  const store = createStore({ adapter: fileAdapter, options });
  program.tell("close");
  expect(store.ensureTable("d", "t").lookup("held by")).toEqual([["held by", program.pid]]);
  store.close();
  await program.ended();
});

test("a file in the place of the data directory or an epoch is an error that names it", () => {
  const dataDir = temporaryDirectory();
  const at = (...names: string[]) => join(dataDir, ...names);
  writeFileSync(at("file"), "");
  const inFile = openTable(at("file"));
  expect(failure(inFile.open).message).toContain(`${at("file")} is not a directory`);
  expect(() => inFile.store.tables("d")).toThrow(`${at("file")} is not a directory`);
  inFile.store.close();
  const epoch = at("data", "E000007");
  mkdirSync(dirname(epoch), { recursive: true });
  writeFileSync(epoch, "");
  const { store, open } = openTable(at("data"));
  expect(failure(open).message).toContain(`${epoch} is a file, and not the directory of an epoch`);
  store.close();
});
