export { backup, compact } from "./backup.js";
export { type FileAdapter, fileAdapter } from "./file-adapter.js";
export { dataDir, type FileOptions, type NormalizedFileOptions } from "./options.js";
export type { OnVerified, Verification } from "./recovery/verification.js";
export type { DamagedRange, RepairReport } from "./repair-report.js";
export { verify } from "./verify.js";
