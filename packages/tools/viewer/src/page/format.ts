const NUMBER = new Intl.NumberFormat("en-US");
const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

export function count(value: number | undefined): string {
  return value === undefined ? "–" : NUMBER.format(value);
}

/** "1 record", "1,234 records". */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? "" : "s"}`;
}

export function bytes(value: number | undefined): string {
  if (value === undefined) return "–";
  let rest = value;
  let unit = 0;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 || rest >= 100 ? Math.round(rest) : rest.toFixed(1)} ${UNITS[unit]}`;
}

/** With its sign. */
export function change(value: number): string {
  if (value === 0) return "±0";
  return `${value > 0 ? "+" : "−"}${NUMBER.format(Math.abs(value))}`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A number that is read at a glance: 1.2 M. */
export function short(value: number): string {
  if (value < 10 && value > 0 && !Number.isInteger(value)) return value.toFixed(1);
  if (value < 10_000) return NUMBER.format(Math.round(value));
  return value < 1e6 ? `${(value / 1e3).toFixed(1)} k` : `${(value / 1e6).toFixed(1)} M`;
}

export function clock(at: number): string {
  return new Date(at).toLocaleTimeString();
}

/** How long from now: "in 3 min", "2 h ago". */
export function fromNow(at: number): string {
  const seconds = (at - Date.now()) / 1000;
  const size = Math.abs(seconds);
  const [value, unit] =
    size < 90
      ? [size, "s"]
      : size < 5400
        ? [size / 60, "min"]
        : size < 129_600
          ? [size / 3600, "h"]
          : [size / 86_400, "days"];
  const text = `${Math.round(value)} ${unit}`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}
