import { kindAt, kindWithinReach, readSmallFile } from "./native-file-system";
import { join, upwards } from "./paths";

/**
 * What we know about git, from a few looks at its files: git is never run, and `GIT_DIR` and its like are not obeyed, as they say where the
 * caller's git works and not whose the issues are.
 */

/** The nearest directory from here upwards that holds `.git`; undefined outside of a repository. */
export function repositoryRoot(from: string): string | undefined {
  for (const directory of upwards(from, undefined))
    if (kindAt(join(directory, ".git")) !== undefined) return directory;
  return undefined;
}

/**
 * The main worktree of the linked one at `root`. Undefined for a main worktree, a submodule (whose gitdir has no `commondir`), or where the main
 * one is bare or out of reach.
 */
export function mainWorktreeOf(root: string): string | undefined {
  const gitDirectory = gitDirectoryOf(root);
  if (gitDirectory === undefined || gitDirectory === join(root, ".git")) return undefined;
  const commonFile = join(gitDirectory, "commondir");
  if (kindWithinReach(commonFile) !== "file") return undefined;
  const common = readSmallFile(commonFile)?.trim() ?? "";
  if (common === "") return undefined;
  const commonPath = join(gitDirectory, common);
  return commonPath.endsWith("/.git") ? join(commonPath, "..") : undefined;
}

/** Whether the repository whose gitdir is `.git` in this directory has no worktree there, as its configuration says. */
export function isBare(root: string): boolean {
  return ["config", "config.worktree"].some((name) => {
    const path = join(root, `.git/${name}`);
    const text = kindWithinReach(path) === "file" ? (readSmallFile(path) ?? "") : "";
    // Of one line: what may run over line ends looks at every blank line again from each one before it.
    return /^[^\S\n]*bare[^\S\n]*=[^\S\n]*true[^\S\n]*$/im.test(text);
  });
}

/** The gitdir of a worktree: `.git` itself, or the directory that a `.git` file names, in a linked worktree or a submodule. */
export function gitDirectoryOf(root: string): string | undefined {
  const gitPath = join(root, ".git");
  if (kindAt(gitPath) !== "file") return gitPath;
  const named = /^gitdir: (.+)$/m.exec(readSmallFile(gitPath) ?? "")?.[1];
  return named === undefined ? undefined : join(root, named.trim());
}
