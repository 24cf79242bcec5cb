import * as fc from "fast-check";
import type { Failure } from "../../simulation/failing-file-system.js";
import { anyChange, anyRead, type Call, FLUSH_COUNTERS, SYNC } from "./call.js";
import type { Expectation } from "./expectation.js";
import type { Subject } from "./subject.js";

/** Something that is done to the subject. */
export type Command = fc.AsyncCommand<Expectation, Subject>;

/**
 * Which of the calls to the file system fails, that something makes: mostly one that counts for a change, or else any.
 * After a sync that fails, another one may fail as well: then the table takes no more writes.
 */
const anyFailure: fc.Arbitrary<Failure> = fc
  .tuple(
    fc.constantFrom("EIO", "ENOSPC", "EMFILE", "EINTR"),
    fc.boolean(),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({ nth: 1, calls: ["write"] as const }) },
      { weight: 2, arbitrary: fc.constant({ nth: 1, calls: ["sync"] as const }) },
      { weight: 1, arbitrary: fc.record({ nth: fc.integer({ min: 1, max: 30 }) }) },
    ),
  )
  .map(([code, lasting, which]) => ({ ...which, code, lasting }));

/** Does something, with a failure meanwhile. */
type Act = (subject: Subject, failure?: Failure) => void | Promise<void>;

const change = anyChange.map((call) => command(call.text, performing(call)));
const read = anyRead.map((call) => command(call.text, performing(call)));
const failingChange = anyChange.chain((call) => failing(call.text, performing(call)));
const failingRead = anyRead.chain((call) => failing(call.text, performing(call)));
const sync = mayFail(SYNC.text, performing(SYNC));
const flush = mayFail(FLUSH_COUNTERS.text, performing(FLUSH_COUNTERS));
const fill = fc.constant(command("fill", (it) => it.fill()));
const reopen = mayFail("close and open", (it, failure) => it.reopen(failure));
const kill = mayFail("kill and open", (it, failure) => it.kill(failure));
const autoSave = mayFail("autoSave", (it, failure) => it.pass(failure));
const work = fc
  .integer({ min: 1, max: 6 })
  .chain((calls) => mayFail(`work ${calls}`, (it, failure) => it.work(calls, failure)));

/** What is done to a table, one after another. What it does in the background comes to its end at `work`. */
export const commands: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [
    fc.oneof(
      { weight: 40, arbitrary: change },
      { weight: 20, arbitrary: read },
      { weight: 10, arbitrary: failingChange },
      { weight: 2, arbitrary: failingRead },
      { weight: 6, arbitrary: sync },
      { weight: 1, arbitrary: flush },
      { weight: 1, arbitrary: fill },
      { weight: 4, arbitrary: reopen },
      { weight: 3, arbitrary: kill },
      { weight: 4, arbitrary: autoSave },
      { weight: 4, arbitrary: work },
    ),
  ],
  { maxCommands: 40, size: "max" },
);

/** What is done to a table while it works in the background: there is a compaction nearly always. */
export const overlappingCommands: fc.Arbitrary<Iterable<Command>> = fc.commands(
  [
    fc.oneof(
      { weight: 8, arbitrary: change },
      { weight: 8, arbitrary: failingChange },
      { weight: 4, arbitrary: sync },
      { weight: 3, arbitrary: fill },
      { weight: 3, arbitrary: reopen },
      { weight: 1, arbitrary: kill },
      { weight: 3, arbitrary: autoSave },
    ),
  ],
  { maxCommands: 20, size: "max" },
);

function performing(call: Call): Act {
  return (subject, failure) => subject.perform(call, failure);
}

/** With a failure, or without. */
function mayFail(text: string, act: Act): fc.Arbitrary<Command> {
  return fc.oneof(fc.constant(command(text, act)), failing(text, act));
}

function failing(text: string, act: Act): fc.Arbitrary<Command> {
  return anyFailure.map((failure) =>
    command(`${text} when ${JSON.stringify(failure)}`, (subject) => act(subject, failure)),
  );
}

function command(text: string, act: Act): Command {
  return {
    check: () => true,
    run: async (_expectation, subject) => {
      await act(subject);
    },
    toString: () => text,
  };
}
