import { partOf } from "../../../../../tooling/long.js";
import { model } from "../../prove/model/model.js";
import { overlap } from "../../prove/model/overlap.js";
import { provePart } from "../support/prove-part.js";

provePart(model, partOf(60, 100, 20), [
  "calls that failed",
  "compactions that became due",
  "times killed",
]);
provePart(overlap, partOf(30, 50, 10), [
  "calls that failed",
  "compactions that became due",
  "times killed",
]);
