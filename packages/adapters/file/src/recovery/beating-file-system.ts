import type { Lease } from "../ownership/lease.js";
import type { FileSystem } from "../platform/file-system.js";

/**
 * The file system for an open that may take long: its reads and writes keep the lease alive, since the event loop doesn't
 * turn meanwhile. They throw `STORE_FENCED` if it is lost all the same.
 */
export function beatingFileSystem(fileSystem: FileSystem, lease: Lease): FileSystem {
  return new Proxy(fileSystem, {
    get(target, name) {
      const method: (...args: unknown[]) => unknown = Reflect.get(target, name);
      return (...args: unknown[]): unknown => {
        if (name === "read" || name === "write") lease.beat();
        return Reflect.apply(method, target, args);
      };
    },
  });
}
