import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { scratchDirectory, workspaceDirectory } from "./paths.js";

/** The workspace of another commit, checked out and built beside this one. */
export interface CommitWorkspace {
  readonly directory: string;
  remove(): void;
}

export function buildCommit(commit: string): CommitWorkspace {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: workspaceDirectory, stdio: ["ignore", "ignore", "inherit"] });
  mkdirSync(scratchDirectory, { recursive: true });
  const directory = mkdtempSync(join(scratchDirectory, "commit-"));
  const remove = () => {
    git("worktree", "remove", "--force", directory);
    rmSync(directory, { recursive: true, force: true });
  };
  console.error(`Building ${commit} …`);
  git("worktree", "add", "--detach", directory, commit);
  try {
    execFileSync("npm", ["run", "build"], {
      cwd: directory,
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { directory, remove };
}
