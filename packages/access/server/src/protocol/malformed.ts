/** What a peer sent is no message of the protocol: the connection can't go on. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}
