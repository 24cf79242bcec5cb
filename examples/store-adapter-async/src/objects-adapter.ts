import { resolve } from "node:path";
import { inspect } from "node:util";
import type { Adapter } from "@store/core";
import { directoryObjects, type ObjectStore } from "./object-store.js";
import { ObjectsBackend } from "./objects-backend.js";

export interface ObjectsOptions {
  /** Where the objects are: an object store, or the path of a directory, which is made if it is missing. */
  readonly objects: ObjectStore | string;
}

/** Durable tables in an object store, one object each: every call of the backend is a promise. */
export const objectsAdapter: Adapter<ObjectsOptions, "async", ObjectsOptions> = {
  name: "objects",
  mode: "async",
  contractVersion: 2,
  capabilities: {
    durable: true,
    ordered: true,
    bags: true,
    shared: false,
    serializes: true,
    // Two objects don't change as one.
    batches: false,
    expiry: false,
  },

  normalizeOptions({ objects, ...others }) {
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) throw new TypeError(`there is no option ${inspect(unknown)}`);
    if (typeof objects === "string" && objects !== "") return { objects: resolve(objects) };
    const members = ["get", "put", "delete", "list"] as const;
    const given: Partial<ObjectStore> = Object(objects);
    if (members.every((member) => typeof given[member] === "function")) return { objects };
    throw new TypeError(
      `objects must be a path, or an object store with ${members.join(", ")}; got ${inspect(objects)}`,
    );
  },

  async open({ objects }, toolkit) {
    const store = typeof objects === "string" ? directoryObjects(objects) : objects;
    return new ObjectsBackend(store, toolkit);
  },
};
