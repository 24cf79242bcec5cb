import { bytes } from "../prove/bytes/bytes.js";
import { provePart } from "./support/prove-part.js";

provePart(bytes, 1_500);
