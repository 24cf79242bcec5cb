/**
 * The error of whoever comes to a file after it was closed: the number that it was open under may be another file's by
 * then, of this program or of any other part of the process.
 */
export function closedError(): Error {
  return Object.assign(new Error("the table is closed"), { code: "STORE_TABLE_CLOSED" });
}
