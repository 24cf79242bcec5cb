import { partOf } from "../../../../../tooling/long.js";
import { bytes } from "../../prove/bytes/bytes.js";
import { provePart } from "../support/prove-part.js";

provePart(bytes, partOf(300, 1_500, 100));
