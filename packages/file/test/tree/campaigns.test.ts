import { treeFailingCall } from "../../prove/tree/tree-failing-call.js";
import { treeFailedSync, treePowerCut } from "../../prove/tree/tree-power-cut.js";
import { provePart } from "../support/prove-part.js";

provePart(treePowerCut, 1_500);
provePart(treeFailedSync, 500);
provePart(treeFailingCall, 150);
