import type { Mutant } from "./mutant.js";

/** What tells bytes that were written from others. */
export const CHECKSUM_MUTANTS: readonly Mutant[] = [
  {
    id: "checksum-of-frame",
    file: "log/log-reader.ts",
    text: `    if (!isFrame(this.buffer, at, length, this.#log.salt, this.#next)) return false;
`,
    replacement: "",
    mistake: "any bytes with a length are a frame",
    test: { file: "recovery/repair-log.test.ts", title: "that is damaged" },
  },
  {
    id: "length-of-frame",
    file: "log/log-reader.ts",
    text: `    if (length < FRAME_HEADER_BYTES || length > MAX_FRAME_BYTES) return false;
`,
    replacement: "",
    mistake: "a length that no frame can have is believed",
    test: {
      file: "log/log.test.ts",
      title: "finds the next good frame behind damage, wherever that is",
    },
  },
  {
    id: "resync",
    file: "log/log-reader.ts",
    text: `      if (this.#ranges.of(start, offset + length, placeSalt(salt, offset)) === crc) return true;
`,
    replacement: `      return true;
`,
    mistake: "behind damage, anything that looks like a frame is one",
    test: {
      file: "log/log.test.ts",
      title: "finds the next good frame behind damage, wherever that is",
    },
  },
  {
    id: "below-mark",
    file: "log/log-reader.ts",
    text: `        this.#marked = Math.max(this.#marked, syncOffset(this.buffer, at));
`,
    replacement: "",
    mistake: "damage to what was on disk is taken for a torn tail",
    test: {
      file: "log/log.test.ts",
      title: "a sync frame further on says that what is damaged was on disk",
    },
  },
  {
    id: "checksum-of-block",
    file: "format/run/run-identity.ts",
    text: "checksum(buffer, start, contentEnd, saltAt(salt, offset)) === buffer.readUInt32LE(contentEnd)",
    replacement: "true",
    mistake: "any bytes are a block of a run",
    test: {
      file: "runs/run-damage.test.ts",
      title: "gives an error, or what was written, whichever byte is another",
    },
  },
  {
    id: "place-of-block",
    file: "format/run/run-identity.ts",
    text: "saltAt(salt, offset)) ===",
    replacement: "saltAt(salt, 0)) ===",
    mistake: "a block in another place is taken for the one of this",
    test: {
      file: "runs/run-damage.test.ts",
      title: "has no block of another run, nor of another place",
    },
  },
  {
    id: "checksum-of-run-header",
    file: "format/run/run-header.ts",
    text: "    header.readUInt32LE(CHECKSUM_AT) === checksum(header, 0, CHECKSUM_AT);",
    replacement: "    true;",
    mistake: "a damaged header of a run is believed",
    test: {
      file: "runs/run-damage.test.ts",
      title: "gives an error, or what was written, whichever byte is another",
    },
  },
  {
    id: "checksum-of-manifest",
    file: "format/manifest.ts",
    text: "if (json === undefined || sum !== checksum(json)) return",
    replacement: "if (json === undefined) return",
    mistake: "a damaged manifest is believed",
    test: {
      file: "recovery/repair-bytes.test.ts",
      title: "is repaired with repair: true, and what is missing is reported",
    },
  },
  {
    id: "checksum-of-log-header",
    file: "format/log/log-header.ts",
    text: `  if (header.readUInt32LE(CHECKSUM_AT) !== checksum(header, 0, CHECKSUM_AT)) return undefined;
`,
    replacement: "",
    mistake: "a damaged header of a log is believed",
    test: {
      file: "recovery/repair-bytes.test.ts",
      title: "is repaired with repair: true, and what is missing is reported",
    },
  },
  {
    id: "place-of-frame",
    file: "format/log/log-frame.ts",
    text: "(salt ^ offset ^ Math.imul",
    replacement: "(salt ^ Math.imul",
    mistake: "a frame in another place is taken for one",
    test: {
      file: "log/log.test.ts",
      title: "finds the next good frame behind damage, wherever that is",
    },
  },
];
