import { decodeManifest, type Manifest } from "../../src/manifest.js";

/** The manifest that is the content of a file. Throws if it is none. */
export function manifestIn(content: Buffer): Manifest {
  const manifest = decodeManifest(content);
  if (manifest === "damaged" || "newerFormat" in manifest) throw new Error("there is no manifest");
  return manifest;
}
