import type { Output } from "../../src/output/report.js";

/** An output that remembers what was written to it. */
export function output(like: Omit<Output, "write"> = {}): Output & { text(): string } {
  let text = "";
  return {
    ...like,
    write: (written) => {
      text += written;
    },
    text: () => text,
  };
}
