export { type SnapshotOptions, snapshotAdapter } from "./snapshot-adapter.js";
