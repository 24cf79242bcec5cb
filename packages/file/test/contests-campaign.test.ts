import { contests } from "../prove/contests/contests.js";
import { provePart } from "./support/prove-part.js";

provePart(contests, 40, ["new", "given back", "stale", "just killed"]);
