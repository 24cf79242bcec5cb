export {
  crc32Text,
  DUMP_VERSION,
  type DumpedTable,
  type DumpHeader,
  type EndLine,
  type ExpiringLine,
  type Item,
  type Items,
  MAGIC,
  type TableLine,
} from "./dump-format.js";
export { DumpWriter, type Sink } from "./dump-writer.js";
export {
  decodeLine,
  decodePattern,
  decodeText,
  encodeText,
  TextFormError,
} from "./text-form.js";
export { TextWriter } from "./text-writer.js";
