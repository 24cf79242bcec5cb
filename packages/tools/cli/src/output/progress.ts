import { SingleBar } from "cli-progress";
import type { Io } from "./io.js";

/** How far something has come. */
export interface Progress {
  /** @param total undefined: nobody knows */
  to(done: number, total?: number): void;
  end(): void;
}

const NONE: Progress = { to: () => {}, end: () => {} };
/** What takes no longer than this shows nothing. */
const PATIENCE_MS = 300;

/** A bar on a terminal, at standard error; elsewhere nothing. */
export function progressBar({ stderr, env }: Io, what: string, unit: string): Progress {
  if (stderr.isTTY !== true || env.TERM === "dumb") return NONE;
  const begun = performance.now();
  let bar: SingleBar | undefined;
  return {
    to(done, total = 0) {
      if (bar === undefined) {
        if (performance.now() - begun < PATIENCE_MS) return;
        bar = new SingleBar({
          stream: stderr,
          format: `${what} {bar} {percentage} % | {value}/{total} ${unit} | {eta_formatted} left`,
          hideCursor: false,
          clearOnComplete: true,
          fps: 10,
          barsize: 24,
        });
        bar.start(total, done);
      }
      bar.setTotal(Math.max(total, done));
      bar.update(done);
    },
    end() {
      bar?.stop();
    },
  };
}
