import { join } from "node:path";
import type { FileSystem } from "../../src/platform/file-system.js";
import { readWhole } from "../../src/platform/whole-file.js";
import { type Call, type Scene, Stage, type Turn } from "./stage.js";

interface Step {
  readonly course: number;
  readonly calls: Turn["calls"];
}

/** How far all courses have come, by one of the ways that lead there. */
interface State {
  readonly steps: readonly Step[];
  /** All answers that a course got. */
  readonly answers: readonly string[];
  readonly ends: readonly (string | undefined)[];
}

/**
 * Goes through all orders in which the steps of the courses of a scene can follow each other. Returns how they can end,
 * the ends of all courses joined by `+`, and for each of these one way that leads there.
 *
 * Ways that lead to the same files and to the same answers for each course go on as one.
 */
export function explore(scene: Scene): Map<string, string[]> {
  const { stackTraceLimit } = Error;
  // Most of the time would go into the stacks of errors.
  Error.stackTraceLimit = 0;
  try {
    return exploreAll(scene);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function exploreAll(scene: Scene): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const seen = new Set<string>();
  const { courses } = scene;
  const open: State[] = [
    { steps: [], answers: courses.map(() => ""), ends: courses.map(() => undefined) },
  ];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { steps, ends } = state;
    if (!ends.includes(undefined)) found.set(ends.join(" + "), steps.flatMap(describeStep));
    for (const [key, next] of statesAfter(scene, state)) {
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(next);
    }
  }
  return found;
}

function* statesAfter(
  scene: Scene,
  { steps, answers, ends }: State,
): Iterable<readonly [key: string, next: State]> {
  for (const [course, end] of ends.entries()) {
    if (end !== undefined) continue;
    for (const dies of scene.mortal?.includes(course) ? [false, true] : [false]) {
      const stage = new Stage(scene);
      for (const step of steps) stage.repeat(step.course, step.calls);
      const earlier = steps.flatMap((step) => callsOf(step, course));
      const { calls, end: after } = dies ? stage.kill(course) : stage.advance(course, earlier);
      const step = { course, calls };
      const got = callsOf(step, course).map((call) => `${describeAnswer(call, scene)}\n`);
      const next = {
        steps: [...steps, step],
        answers: answers.with(
          course,
          after === undefined ? (answers[course] ?? "") + got.join("") : "",
        ),
        ends: ends.with(course, after),
      };
      const files = describeFiles(stage.fileSystem, "/", scene);
      yield [[files, ...next.answers, ...next.ends].join("\0"), next];
    }
  }
}

function callsOf({ course, calls }: Step, of: number): readonly Call[] {
  return course === of && calls !== "death" ? calls : [];
}

function describeFiles(fileSystem: FileSystem, path: string, scene: Scene): string {
  const status = fileSystem.status(path);
  if (status?.kind !== "directory") return readWhole(fileSystem, path).toString("latin1");
  const names = fileSystem.list(path).filter((name) => !scene.isPrivate(name));
  const inner = names.sort().map((name) => {
    return `${name}: ${describeFiles(fileSystem, join(path, name), scene)}`;
  });
  return `${status.modifiedAt} [${inner.join()}]`;
}

/** All of an answer that matters: not the number of a descriptor. */
function describeAnswer({ name, failure, value, bytes }: Call, { isPrivate }: Scene): string {
  if (failure !== undefined) return String(failure);
  if (name === "open" || name === "create") return name;
  if (Array.isArray(value)) return value.filter((path) => !isPrivate(path)).join();
  return bytes?.toString() ?? JSON.stringify(value);
}

function describeStep({ course, calls }: Step): string[] {
  if (calls === "death") return [`${course} dies`];
  return calls.map(({ name, args, failure, value }) => {
    const given = args
      .filter((arg) => !(arg instanceof Uint8Array))
      .map((arg) => JSON.stringify(arg));
    return `${course}: ${name}(${given.join(", ")}): ${failure ?? JSON.stringify(value)}`;
  });
}
