import { CHECKSUM_MUTANTS } from "./checksum-mutants.js";
import { COMPACTION_MUTANTS } from "./compaction-mutants.js";
import { FILE_MUTANTS } from "./file-mutants.js";
import { MEMORY_MUTANTS } from "./memory-mutants.js";
import type { Mutant } from "./mutant.js";
import { OWNERSHIP_MUTANTS } from "./ownership-mutants.js";
import { READER_MUTANTS } from "./reader-mutants.js";
import { RECOVERY_MUTANTS } from "./recovery-mutants.js";
import { SYNC_MUTANTS } from "./sync-mutants.js";

export const MUTANTS: readonly Mutant[] = [
  ...SYNC_MUTANTS,
  ...FILE_MUTANTS,
  ...MEMORY_MUTANTS,
  ...COMPACTION_MUTANTS,
  ...RECOVERY_MUTANTS,
  ...CHECKSUM_MUTANTS,
  ...READER_MUTANTS,
  ...OWNERSHIP_MUTANTS,
];

export function mutantNamed(id: string): Mutant {
  const mutant = MUTANTS.find((other) => other.id === id);
  if (mutant === undefined) throw new RangeError(`there is no mutant ${id}`);
  return mutant;
}
