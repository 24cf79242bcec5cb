import { interleavings } from "../prove/interleavings/interleavings.js";
import { provePart } from "./support/prove-part.js";

provePart(interleavings, 600);
