import { partOf } from "../../../../../tooling/long.js";
import { contests } from "../../prove/contests/contests.js";
import { provePart } from "../support/prove-part.js";

provePart(contests, partOf(16, 40, 8), ["new", "given back", "stale", "just killed"]);
