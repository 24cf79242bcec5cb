import { createInterface } from "node:readline";
import { type Claim, claimEpoch } from "../../src/claim.js";
import { nodeFileSystem } from "../../src/node-file-system.js";
import { nodeHost } from "../../src/node-host.js";
import { codedError } from "../support/coded-error.js";

// Claims the table in each directory that it is told, checks the last claim when told so, and says what comes of it.
// Gives nothing back.
let claim: Claim | undefined;
createInterface(process.stdin).on("line", (line) => {
  if (line === "exit") process.exit();
  try {
    if (line === "check") claim?.lease.check();
    else claim = claimEpoch({ fileSystem: nodeFileSystem, host: nodeHost }, line, codedError);
    console.log("owner");
  } catch (error) {
    console.log(error instanceof Error && "code" in error ? error.code : error);
  }
});
console.log("ready");
