import { findIn } from "../model/list";
import { kindWithinReach } from "./native-file-system";
import { join } from "./paths";

/**
 * What we know about git, from a few looks at its files: git is never run, and `GIT_DIR` and its like are not obeyed, as they say where the
 * caller's git works and not whose the issues are.
 */

import { gitDirectoryOf, repositoryRoot } from "./git-state";

/**
 * What git is in the middle of in the worktree that holds this `.beads/`, by the name of the file or directory that git keeps for as long:
 * `index.lock` while a command changes the worktree, `MERGE_HEAD` and the others until the user has resolved and committed. Undefined when git is
 * quiet, or there is no repository.
 */
export function gitOperationUnder(beadsPath: string): string | undefined {
  const root = repositoryRoot(join(beadsPath, ".."));
  const gitDirectory = root === undefined ? undefined : gitDirectoryOf(root);
  if (gitDirectory === undefined) return undefined;
  return findIn(operationMarks, (name) => kindWithinReach(join(gitDirectory, name)) !== undefined);
}

const operationMarks = [
  "index.lock",
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "rebase-merge",
  "rebase-apply",
] as const;
