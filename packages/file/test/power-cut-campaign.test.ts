import { failedSync, powerCut } from "../prove/power-cut/power-cut.js";
import { provePart } from "./support/prove-part.js";

provePart(powerCut, 50_000);
provePart(failedSync, 2_000);
