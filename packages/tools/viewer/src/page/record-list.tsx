import { useEffect, useRef } from "preact/hooks";
import type { RecordRow } from "../protocol.js";
import { Spans } from "./spans.js";

/** Which record is open beside the list. */
export interface Chosen {
  readonly key: string;
  readonly nth: number;
}

/** Records, a row each. The arrow keys go from one to the next, Enter opens one. */
export function RecordList({
  rows,
  chosen,
  onChoose,
  caption,
  isFollowing = false,
}: {
  rows: readonly RecordRow[];
  chosen: Chosen | undefined;
  onChoose: (row: RecordRow) => void;
  caption: string;
  /** New rows at the end come into sight, if the last ones were. */
  isFollowing?: boolean;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const wasAtEnd = useRef(true);
  useEffect(() => {
    if (!isFollowing) return;
    const onScroll = () => {
      const { scrollHeight } = document.documentElement;
      wasAtEnd.current = innerHeight + scrollY >= scrollHeight - 80;
    };
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, [isFollowing]);
  useEffect(() => {
    if (isFollowing && wasAtEnd.current) scrollTo(0, document.documentElement.scrollHeight);
  }, [rows, isFollowing]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const buttons = [...(body.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = at < 0 ? 0 : Math.max(0, Math.min(buttons.length - 1, at + step));
    event.preventDefault();
    buttons[next]?.focus();
  };
  return (
    <table class="records">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Record</th>
        </tr>
      </thead>
      <tbody ref={body} onKeyDown={onKeyDown}>
        {rows.map((row) => {
          const isChosen = chosen?.key === row.key && chosen.nth === row.nth;
          return (
            <tr
              key={`${row.nth}:${row.key}`}
              class={isChosen ? "chosen" : ""}
              onClick={(event) => {
                event.currentTarget.querySelector("button")?.focus();
                onChoose(row);
              }}
            >
              <th scope="row">
                <button
                  type="button"
                  class="row-button"
                  aria-current={isChosen ? "true" : undefined}
                  data-record=""
                >
                  <Spans spans={row.keyPreview} />
                  {row.nth > 0 && <span class="muted"> · {row.nth + 1}</span>}
                </button>
              </th>
              <td>
                <Spans spans={row.preview} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
