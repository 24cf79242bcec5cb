import type { Span } from "../protocol.js";

/** A value in one line, each part in the colour of what it is. */
export function Spans({ spans }: { spans: readonly Span[] }) {
  return (
    <>
      {spans.map(([kind, text], index) => (
        <span key={index} class={`v-${kind}`}>
          {text}
        </span>
      ))}
    </>
  );
}
