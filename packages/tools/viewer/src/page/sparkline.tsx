import type { Sample } from "./watch.js";

/** A line as small as a word. */
export function Sparkline({ samples, label }: { samples: readonly Sample[]; label: string }) {
  const [width, height] = [88, 20];
  if (samples.length < 2)
    return <svg class="spark" width={width} height={height} aria-hidden="true" />;
  const points = pointsOf(samples, width, height);
  const isFlat = samples.every(({ value }) => value === samples[0]?.value);
  return (
    <svg
      class={`spark${isFlat ? " flat" : ""}`}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      <polyline points={points} />
    </svg>
  );
}

const EDGE = 2;

function pointsOf(samples: readonly Sample[], width: number, height: number): string {
  const values = samples.map(({ value }) => value);
  const least = Math.min(...values);
  const range = Math.max(...values) - least || 1;
  const begin = samples[0]?.at ?? 0;
  const time = (samples.at(-1)?.at ?? 0) - begin || 1;
  return samples
    .map(({ at, value }) => {
      const x = EDGE + ((width - 2 * EDGE) * (at - begin)) / time;
      const y = height - EDGE - ((height - 2 * EDGE) * (value - least)) / range;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
