import { model } from "../prove/model/model.js";
import { overlap } from "../prove/model/overlap.js";
import { provePart } from "./support/prove-part.js";

provePart(model, 100, ["calls that failed", "compactions that became due", "times killed"]);
provePart(overlap, 50, ["calls that failed", "compactions that became due", "times killed"]);
