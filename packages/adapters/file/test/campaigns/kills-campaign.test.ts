import { isWhole, partOf } from "../../../../../tooling/long.js";
import { kills } from "../../prove/kills/kills.js";
import { isTraceable } from "../../prove/kills/system-call.js";
import { provePart } from "../support/prove-part.js";

const atCalls = isTraceable() ? ["at the Kth system call"] : [];

// Fewer kills than CI's need not come upon each.
const counted = isWhole ? ["while compacting", ...atCalls] : [];

provePart(kills, partOf(25, 25, 10), counted);
