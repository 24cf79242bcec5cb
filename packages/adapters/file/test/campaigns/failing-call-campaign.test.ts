import { partOf } from "../../../../../tooling/long.js";
import { failingCall } from "../../prove/failing-call/failing-call.js";
import { provePart } from "../support/prove-part.js";

provePart(failingCall, partOf(100, 500, 35));
