/** A log of `disk_log` in its internal format begins with this, and whether it was closed. */
export const LOG_MAGIC = Buffer.from([1, 2, 3, 4]);
export const LOG_CLOSED = Buffer.from([99, 88, 77, 11]);
export const LOG_OPENED = Buffer.from([6, 7, 8, 9]);
export const LOG_HEAD_BYTES = 8;

/** Each item begins with its size and this. */
export const ITEM_MAGIC = 0x62_57_4c_41;
/** As it was until OTP R13: then no size has a sum. */
export const OLD_ITEM_MAGIC = 0x0c_21_2c_37;
export const ITEM_HEAD_BYTES = 8;

/** Items of so many bytes and more have an MD5 sum of their size behind it. */
export const SUMMED_ITEM_BYTES = 65_528;
export const SUM_BYTES = 16;

/** So much `disk_log` reads at once, and hands on so many items of it at once. */
export const CHUNK_BYTES = 65_536;
export const CHUNK_ITEMS = 100;
