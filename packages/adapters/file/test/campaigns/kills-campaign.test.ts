import { partOf } from "../../../../../tooling/long.js";
import { kills } from "../../prove/kills/kills.js";
import { isTraceable } from "../../prove/kills/system-call.js";
import { provePart } from "../support/prove-part.js";

const atCalls = isTraceable() ? ["at the Kth system call"] : [];

provePart(kills, partOf(25, 25, 10), ["while compacting", ...atCalls]);
