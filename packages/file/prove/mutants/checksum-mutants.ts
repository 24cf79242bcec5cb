import { type Mutant, testsOf } from "./mutant.js";

const inScanner = testsOf("frame-scanner.test.ts");
const inHint = testsOf("hint.test.ts");

/** What tells bytes that were written from others. */
export const CHECKSUM_MUTANTS: readonly Mutant[] = [
  {
    id: "checksum-of-frame",
    file: "frame.ts",
    text: " &&\n    buffer.readUInt32LE(at) === frameChecksum(buffer, at, length, salt, offset)",
    replacement: "",
    mistake: "any bytes with a length are a frame",
    test: inScanner("finds all frames but those that were touched"),
  },
  {
    id: "salt-of-segment",
    file: "frame.ts",
    text: "const place = salt ^ offset ^",
    replacement: "const place = offset ^",
    mistake: "a frame of another segment or table is taken for one of this",
    test: inScanner("takes no frame that stands elsewhere, or is of another segment or table"),
  },
  {
    id: "salt-of-offset",
    file: "frame.ts",
    text: "const place = salt ^ offset ^",
    replacement: "const place = salt ^",
    mistake: "a frame in another place than its own is taken for one",
    test: inScanner("takes no frame that stands elsewhere, or is of another segment or table"),
  },
  {
    id: "length-of-frame",
    file: "frame-scanner.ts",
    text: "    if (length < FRAME_HEADER_BYTES || length > MAX_FRAME_BYTES) return false;\n",
    replacement: "",
    mistake: "a length that no frame can have is believed",
    test: inScanner("reads nothing for a length that no frame can have"),
  },
  {
    id: "checksum-of-read",
    file: "record-source.ts",
    text: "if (!isWhole || !isFrame(buffer, 0, length, segment.salt, offset)) {",
    replacement: "if (!isWhole) {",
    mistake: "a record is read without a look at its checksum",
    test: inHint("a record that is damaged where a hint says that it is"),
  },
  {
    id: "checksum-of-run",
    file: "read-ahead.ts",
    text: "if (at + length > this.#filled || !isFrame(buffer, at, length, segment.salt, offset)) {",
    replacement: "if (at + length > this.#filled) {",
    mistake: "records of a scan are read without a look at their checksums",
    test: inHint("a record that is damaged among others, as a hint says where it is"),
  },
  {
    id: "checksum-of-manifest",
    file: "manifest.ts",
    text: "if (json === undefined || sum !== checksum(json)) ",
    replacement: "if (json === undefined) ",
    mistake: "a damaged manifest is believed",
    test: testsOf("manifest.test.ts")(
      "takes nothing for a manifest of which a byte is another, is missing or is too many",
    ),
  },
  {
    id: "checksum-of-hint",
    file: "hint.ts",
    text: "    if (chunk.readUInt32LE(0) !== checksum(chunk, 4, end, salt)) return undefined;\n",
    replacement: "",
    mistake: "a damaged hint is believed",
    test: inHint("whose bytes are changed or cut off isn't believed"),
  },
  {
    id: "count-of-hint",
    file: "hint.ts",
    text: "  if (directory.size !== records) return undefined;\n",
    replacement: "",
    mistake: "a hint that is cut off between two chunks is believed",
    test: inHint("whose bytes are changed or cut off isn't believed"),
  },
  {
    id: "frame-of-hint",
    file: "hint-entries.ts",
    text: "    if (position < 0 || !isFrameLength(length) || keyEnd > end) return false;\n",
    replacement: "",
    mistake: "a hint is believed that says that a frame is where none can be",
    test: testsOf("hint-entries.test.ts")("an entry isn't believed"),
  },
  {
    id: "checksum-of-header",
    file: "segment.ts",
    text: "  if (header.readUInt32LE(CHECKSUM_AT) !== checksum(header, 0, CHECKSUM_AT)) return undefined;\n",
    replacement: "",
    mistake: "a damaged header of a segment is believed",
    test: testsOf("repair.test.ts")(
      "without the header of a segment, its frames tell what they are",
    ),
  },
];
