import { clock } from "./format.js";
import type { Sample } from "./watch.js";

/** Units of a picture, which are pixels where it is as wide as that. */
export const WIDTH = 440;
/** What is drawn of a chart; behind it stand the numbers of its lines. */
const PLOT = 380;

/** A number over time. */
export function Chart({
  samples,
  title,
  show,
  most,
}: {
  samples: readonly Sample[];
  title: string;
  show: (value: number) => string;
  /** What the top stands for; undefined: the largest number. */
  most?: number;
}) {
  const height = 130;
  const last = samples.at(-1);
  const top = most ?? niceAbove(Math.max(0, ...samples.map(({ value }) => value)));
  const summary =
    last === undefined
      ? "Nothing yet: it takes two looks."
      : `${show(last.value)} now, ${show(Math.max(...samples.map(({ value }) => value)))} at most, since ${clock(samples[0]?.at ?? 0)}`;
  return (
    <figure class="picture">
      <figcaption>
        <strong>{title}</strong> <span class="muted">{summary}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`${title}: ${summary}`}>
        {[0, 0.5, 1].map((part) => (
          <g key={part} class="grid">
            <line x1="0" x2={PLOT} y1={yOf(part, height)} y2={yOf(part, height)} />
            <text x={PLOT + 6} y={yOf(part, height) + 4}>
              {show(top * part)}
            </text>
          </g>
        ))}
        {samples.length > 1 && (
          <>
            <polygon class="area" points={areaOf(samples, height, top)} />
            <polyline class="line" points={chartPoints(samples, height, top)} />
          </>
        )}
      </svg>
    </figure>
  );
}

function yOf(part: number, height: number): number {
  return height - 6 - (height - 16) * part;
}

function chartPoints(samples: readonly Sample[], height: number, top: number): string {
  const begin = samples[0]?.at ?? 0;
  const time = (samples.at(-1)?.at ?? 0) - begin || 1;
  return samples
    .map(({ at, value }) => {
      const x = (PLOT * (at - begin)) / time;
      return `${x.toFixed(1)},${yOf(top === 0 ? 0 : value / top, height).toFixed(1)}`;
    })
    .join(" ");
}

function areaOf(samples: readonly Sample[], height: number, top: number): string {
  const floor = yOf(0, height);
  return `0,${floor} ${chartPoints(samples, height, top)} ${PLOT},${floor}`;
}

/** A round number that is at least as large. */
function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return factor * power;
}
