import { useEffect, useRef, useState } from "preact/hooks";
import type { EngineRow, TablesAnswer } from "../protocol.js";
import { ask, isAborted } from "./api.js";
import { engineOf } from "./engine-details.js";
import { idOf } from "./route.js";

/** Milliseconds from one look to the next, at least. */
const EVERY_MS = 2_000;
/** A look takes no more than this part of the time. */
const PART = 1 / 10;
/** So many looks are remembered. */
const REMEMBERED = 400;

/** What a number was at a moment. */
export interface Sample {
  readonly at: number;
  readonly value: number;
}

/** What was told of an engine at a moment. */
export interface EngineSample {
  readonly at: number;
  readonly row: EngineRow;
}

/** The tables and engines as they are, and as they were since the page was opened. */
export interface Watched {
  readonly answer: TablesAnswer | undefined;
  readonly error: string | undefined;
  /** Records of a table, by {@link idOf}. */
  readonly records: ReadonlyMap<string, readonly Sample[]>;
  /** By their place in the answer. */
  readonly engines: readonly (readonly EngineSample[])[];
}

const NOTHING: Watched = { answer: undefined, error: undefined, records: new Map(), engines: [] };

/** Looks again and again, as long as the page is seen. */
export function useWatched(): Watched {
  const [watched, setWatched] = useState(NOTHING);
  const current = useRef(NOTHING);
  useEffect(() => {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      const begun = performance.now();
      try {
        const answer = await ask<TablesAnswer>("tables", {}, controller.signal);
        current.current = withAnswer(current.current, answer);
      } catch (error) {
        if (isAborted(error)) return;
        current.current = { ...current.current, error: (error as Error).message };
      }
      setWatched(current.current);
      schedule(Math.max(EVERY_MS, (performance.now() - begun) / PART));
    };
    const schedule = (milliseconds: number) => {
      clearTimeout(timer);
      timer = document.hidden ? undefined : setTimeout(() => void look(), milliseconds);
    };
    const onVisible = () => {
      if (!document.hidden && timer === undefined) schedule(0);
    };
    document.addEventListener("visibilitychange", onVisible);
    void look();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, []);
  return watched;
}

function withAnswer(before: Watched, answer: TablesAnswer): Watched {
  const records = new Map(before.records);
  for (const { table, records: value } of answer.tables) {
    if (value === undefined) continue;
    const id = idOf(table);
    records.set(id, added(records.get(id), { at: answer.at, value }));
  }
  const engines = answer.engines.map((row, index) => {
    const earlier = before.engines[index];
    const isSame = earlier?.at(-1)?.row.adapter === row.adapter;
    return added(isSame ? earlier : undefined, { at: answer.at, row });
  });
  return { answer, error: undefined, records, engines };
}

/** The first one stays: growth is counted from there. */
function added<T>(samples: readonly T[] | undefined, sample: T): readonly T[] {
  if (samples === undefined) return [sample];
  const [first, ...others] = samples;
  const kept = others.length >= REMEMBERED ? others.slice(1) : others;
  return [first as T, ...kept, sample];
}

/** How much of something there was in each second between two looks. */
export function ratesOf(samples: readonly Sample[]): Sample[] {
  return samples.slice(1).flatMap(({ at, value }, index) => {
    const before = samples[index] as Sample;
    const seconds = (at - before.at) / 1000;
    // An engine that was opened anew counts from the beginning.
    return seconds <= 0 || value < before.value
      ? []
      : [{ at, value: (value - before.value) / seconds }];
  });
}

/** Changes that an engine has written, over time. */
export function changesOf(samples: readonly EngineSample[]): Sample[] {
  return samples.flatMap(({ at, row }) => {
    const changes = engineOf(row.details)?.changes;
    return changes === undefined ? [] : [{ at, value: changes }];
  });
}
