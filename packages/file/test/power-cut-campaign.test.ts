import { partOf } from "../../../tooling/long.js";
import { failedSync, powerCut } from "../prove/power-cut/power-cut.js";
import { provePart } from "./support/prove-part.js";

provePart(powerCut, partOf(3_000, 50_000));
provePart(failedSync, partOf(1_000, 2_000));
