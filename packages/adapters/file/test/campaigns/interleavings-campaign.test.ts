import { partOf } from "../../../../../tooling/long.js";
import { interleavings } from "../../prove/interleavings/interleavings.js";
import { provePart } from "../support/prove-part.js";

provePart(interleavings, partOf(150, 600, 50));
