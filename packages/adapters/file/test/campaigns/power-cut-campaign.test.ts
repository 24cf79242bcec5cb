import { partOf } from "../../../../../tooling/long.js";
import { failedSync, powerCut } from "../../prove/power-cut/power-cut.js";
import { provePart } from "../support/prove-part.js";

provePart(powerCut, partOf(1_500, 50_000, 500));
provePart(failedSync, partOf(500, 2_000, 170));
