export { CodecError, type CodecErrorCode } from "./codec-error.js";
export { decodeKey, encodeKey, encodeKeyInto } from "./keys/key-codec.js";
export { type BytesRange, encodeKeyPrefix } from "./keys/key-prefix.js";
export { MAX_DEPTH, MAX_ENCODED_BYTES } from "./limits.js";
export {
  canonicalRecord,
  decodeElements,
  decodeRecord,
  decodeRecordKey,
  encodeElements,
  encodeElementsInto,
  encodeRecord,
  encodeRecordInto,
  viewElements,
} from "./records/record-codec.js";
export type { Key, StoreRecord } from "./types.js";
