import { treeKills } from "../../prove/kills/kills.js";
import { treeModel } from "../../prove/model/model.js";
import { treeOverlap } from "../../prove/model/overlap.js";
import { treeFailingCall } from "../../prove/tree/tree-failing-call.js";
import { treeFailedSync, treePowerCut } from "../../prove/tree/tree-power-cut.js";
import { provePart } from "../support/prove-part.js";

provePart(treePowerCut, 1_500);
provePart(treeFailedSync, 500);
provePart(treeFailingCall, 150);
provePart(treeModel, 100);
provePart(treeOverlap, 50);
provePart(treeKills, 13, ["while compacting"]);
