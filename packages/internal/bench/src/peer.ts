import { createRequire } from "node:module";
import { join } from "node:path";
import { peersDirectory } from "./paths.js";

const require = createRequire(join(peersDirectory, "package.json"));

/** What a peer exports. Each engine says what it uses of it; the peers aren't there when this is compiled. */
export function requirePeer<T>(name: string): T {
  return require(name) as T;
}
