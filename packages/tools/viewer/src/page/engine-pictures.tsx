import { WIDTH } from "./chart.js";
import { deadOf, type EngineDetails, levelsOf } from "./engine-details.js";
import { bytes, count, percent, short } from "./format.js";

/** The files of the log. */
export function SegmentsPicture({ segments }: { segments: EngineDetails["segments"] }) {
  const all = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const boxes = boxesOf(segments, ({ bytes: size }) => size);
  const summary = `${segments.length} files, ${bytes(all)}`;
  return (
    <figure class="picture">
      <figcaption>
        <strong>Segments of the log</strong> <span class="muted">{summary}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} 54`} role="img" aria-label={`Segments of the log: ${summary}`}>
        {boxes.map(({ item, x, width }) => (
          <g key={item.id} class="box segment">
            <title>{`segment ${item.id}: ${bytes(item.bytes)}`}</title>
            <rect x={x} y="4" width={width} height="30" rx="4" />
            <text
              x={x + 2}
              y="48"
            >{`${item.id}${width > 90 ? ` · ${bytes(item.bytes)}` : ""}`}</text>
          </g>
        ))}
      </svg>
    </figure>
  );
}

/** Runs, a row for each level; the dark part of each is deleted keys. */
export function LevelsPicture({ runs }: { runs: EngineDetails["runs"] }) {
  const levels = levelsOf(runs);
  const largest = Math.max(1, ...levels.map((level) => sumOf(level.runs)));
  const height = Math.max(1, levels.length) * 44 + 4;
  const summary =
    levels.length === 0
      ? "none yet: all is in memory and in the log"
      : levels
          .map(
            (level) => `level ${level.level}: ${level.runs.length} of ${bytes(sumOf(level.runs))}`,
          )
          .join(", ");
  return (
    <figure class="picture">
      <figcaption>
        <strong>Runs by level</strong> <span class="muted">{summary}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`Runs by level: ${summary}`}>
        {levels.map(({ level, runs: members }, row) => {
          // By the square root: the last level is a hundred times as large as the first.
          const room = (WIDTH - 40) * Math.max(0.15, Math.sqrt(sumOf(members) / largest));
          const boxes = boxesOf(members, (run) => run.bytes, room, 36);
          const y = row * 44 + 4;
          return (
            <g key={level} class="box run">
              <text class="label" x="0" y={y + 21}>{`L${level}`}</text>
              {boxes.map(({ item, x, width }) => (
                <g key={item.id}>
                  <title>
                    {`run ${item.id}: ${bytes(item.bytes)}, ${count(item.entries)} entries, ${count(item.tombstones)} of them deleted keys`}
                  </title>
                  <rect x={x} y={y} width={width} height="32" rx="4" />
                  <rect
                    class="dead"
                    x={x}
                    y={y}
                    width={item.entries === 0 ? 0 : (width * item.tombstones) / item.entries}
                    height="32"
                    rx="4"
                  />
                  {width > 64 && (
                    <text class="inside" x={x + 6} y={y + 21}>
                      {bytes(item.bytes)}
                    </text>
                  )}
                </g>
              ))}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** What is seen, and what a merge will take away. */
export function DeadPicture({ engine, records }: { engine: EngineDetails; records: number }) {
  const dead = deadOf(engine, records);
  const summary = `about ${bytes(dead.bytes)} of ${bytes(dead.allBytes)} (${percent(dead.entries, dead.all)} of the entries, ${count(engine.tombstones)} deleted keys)`;
  return (
    <PartPicture
      title="Dead bytes"
      summary={summary}
      parts={[
        { name: "seen", value: dead.all - dead.entries, kind: "good" },
        { name: "replaced, deleted or dropped", value: dead.entries, kind: "dead" },
      ]}
    />
  );
}

export function CachePicture({ cache }: { cache: EngineDetails["cache"] }) {
  const entries = cache.entryHits + cache.entryMisses;
  const blocks = cache.blockHits + cache.blockMisses;
  return (
    <>
      <PartPicture
        title="Lookups that the cache of entries answered"
        summary={`${percent(cache.entryHits, entries)} of ${short(entries)}`}
        parts={[
          { name: "answered", value: cache.entryHits, kind: "good" },
          { name: "looked for in runs", value: cache.entryMisses, kind: "rest" },
        ]}
      />
      <PartPicture
        title="Blocks and filters that were in the cache"
        summary={`${percent(cache.blockHits, blocks)} of ${short(blocks)}; it holds ${bytes(cache.bytes)} of ${bytes(cache.limit)}`}
        parts={[
          { name: "in the cache", value: cache.blockHits, kind: "good" },
          { name: "read from files", value: cache.blockMisses, kind: "rest" },
        ]}
      />
    </>
  );
}

interface Part {
  readonly name: string;
  readonly value: number;
  readonly kind: "good" | "rest" | "dead";
}

function PartPicture({
  title,
  summary,
  parts,
}: {
  title: string;
  summary: string;
  parts: readonly Part[];
}) {
  const all = parts.reduce((sum, { value }) => sum + value, 0);
  let x = 0;
  return (
    <figure class="picture">
      <figcaption>
        <strong>{title}</strong> <span class="muted">{summary}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} 26`} role="img" aria-label={`${title}: ${summary}`}>
        <rect class="track" x="0" y="3" width={WIDTH} height="20" rx="5" />
        {parts.map(({ name, value, kind }) => {
          const width = all === 0 ? 0 : (WIDTH * value) / all;
          const from = x;
          x += width;
          return (
            <rect key={name} class={kind} x={from} y="3" width={width} height="20" rx="5">
              <title>{`${name}: ${count(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <ul class="legend">
        {parts.map(({ name, value, kind }) => (
          <li key={name}>
            <span class={`swatch ${kind}`} aria-hidden="true" /> {name}: {count(value)}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function sumOf(runs: readonly { readonly bytes: number }[]): number {
  return runs.reduce((sum, run) => sum + run.bytes, 0);
}

/** Boxes side by side, as wide as their share, and never too narrow to be seen. */
function boxesOf<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  room = WIDTH,
  left = 0,
): { readonly item: T; readonly x: number; readonly width: number }[] {
  const gap = 3;
  const all = Math.max(
    1,
    items.reduce((sum, item) => sum + sizeOf(item), 0),
  );
  const least = Math.min(24, room / Math.max(1, items.length) - gap);
  const free = room - items.length * (least + gap);
  let x = left;
  return items.map((item) => {
    const width = least + (free * sizeOf(item)) / all;
    const box = { item, x, width };
    x += width + gap;
    return box;
  });
}
