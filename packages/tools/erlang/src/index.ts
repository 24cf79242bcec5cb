export { decodeTerm, encodeTerm } from "./decode-term.js";
export type { OnCollision } from "./mapping/collisions.js";
export type { KeyStyle } from "./mapping/key.js";
export type { ValueStyle } from "./mapping/record.js";
export { type DiskLog, type DiskLogOptions, openDiskLog } from "./open-disk-log.js";
export { type ErlangFile, type OpenErlangFileOptions, openErlangFile } from "./open-erlang-file.js";
export type { ErlangDamage, ErlangFileReport, OnDamage } from "./source/report.js";
export type { ExtendedInfo } from "./tab2file/dump-writer.js";
export {
  type AsyncErlangTable,
  type ErlangTable,
  type WriteErlangFileOptions,
  writeErlangFile,
} from "./write-erlang-file.js";
