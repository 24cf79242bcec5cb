import { steals } from "../../prove/steals/steals.js";
import { provePart } from "../support/prove-part.js";

// Windows has no signals that stop a process.
if (process.platform === "win32") provePart(steals, 0);
else provePart(steals, 4, ["pretended"]);
