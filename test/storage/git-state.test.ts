import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitOperationUnder } from "../../storage/git-operation";
import { mainWorktreeOf, repositoryRoot } from "../../storage/git-state";
import { Git, hasGit } from "../helpers/git";
import { temporaryDirectory } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe.skipIf(!hasGit())("what git is in the middle of", () => {
  test("is nothing in a quiet repository, before its first commit too, and outside of one", () => {
    const { git, root } = repository();
    expect(operation(git)).toBeUndefined();
    git.commitAll("first");
    expect(operation(git)).toBeUndefined();
    expect(gitOperationUnder(`${root}/elsewhere/.beads`)).toBeUndefined();
  });

  test("is a command that holds the index, seen from within that command", () => {
    const { git } = repository();
    git.write("file", "one\n");
    git.commitAll("first");
    // A filter runs while git has the index locked and writes the worktree.
    git.write(".gitattributes", "file filter=look\n");
    git.write("file", "two\n");
    git.commitAll("second");
    git.succeed("config", "filter.look.smudge", `ls ${git.directory}/.git > ${git.directory}/.git/seen; cat`);
    writeFileSync(join(git.directory, "file"), "three\n");
    git.succeed("checkout", "-q", "--", "file");
    const seen = Bun.spawnSync(["cat", `${git.directory}/.git/seen`]).stdout.toString();
    expect(seen.split("\n")).toContain("index.lock");
    writeFileSync(`${git.directory}/.git/index.lock`, "");
    expect(operation(git)).toBe("index.lock");
    rmSync(`${git.directory}/.git/index.lock`);
    expect(operation(git)).toBeUndefined();
  });

  test("is a merge until it is committed or given up", () => {
    const git = conflicting();
    expect(git.run("merge", "other").code).toBe(1);
    expect(operation(git)).toBe("MERGE_HEAD");
    git.succeed("merge", "--abort");
    expect(operation(git)).toBeUndefined();
    expect(git.run("merge", "other").code).toBe(1);
    git.commitAll("merged");
    expect(operation(git)).toBeUndefined();
  });

  test("is a cherry-pick, a revert or a rebase of either kind until it is given up", () => {
    const git = conflicting();
    expect(git.run("cherry-pick", "other").code).toBe(1);
    expect(operation(git)).toBe("CHERRY_PICK_HEAD");
    git.succeed("cherry-pick", "--abort");
    expect(git.run("revert", "--no-edit", "HEAD~1").code).toBe(1);
    expect(operation(git)).toBe("REVERT_HEAD");
    git.succeed("revert", "--abort");
    for (const [flag, mark] of [
      ["--merge", "rebase-merge"],
      ["--apply", "rebase-apply"],
    ] as const) {
      expect(git.run("rebase", flag, "other").code).not.toBe(0);
      expect(operation(git)).toBe(mark);
      git.succeed("rebase", "--abort");
    }
    expect(operation(git)).toBeUndefined();
  });

  test("is that of the worktree alone, linked or main", () => {
    const git = conflicting();
    const linked = git.addWorktree(join(git.directory, "../linked"));
    expect(linked.run("merge", "other").code).toBe(1);
    expect(operation(linked)).toBe("MERGE_HEAD");
    expect(operation(git)).toBeUndefined();
    linked.succeed("merge", "--abort");
    expect(git.run("merge", "other").code).toBe(1);
    expect(operation(linked)).toBeUndefined();
    expect(operation(git)).toBe("MERGE_HEAD");
  });

  test("is found from a .beads below the root, and in a submodule in its own gitdir", () => {
    const { git, root } = repository();
    git.commitAll("first");
    mkdirSync(`${git.directory}/tools/.beads`, { recursive: true });
    writeFileSync(`${git.directory}/.git/index.lock`, "");
    expect(gitOperationUnder(`${git.directory}/tools/.beads`)).toBe("index.lock");
    rmSync(`${git.directory}/.git/index.lock`);
    const outer = Git.init(`${root}/outer`, root);
    outer.succeed("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", git.directory, "inner");
    writeFileSync(`${root}/outer/.git/modules/inner/index.lock`, "");
    expect(gitOperationUnder(`${root}/outer/inner/.beads`)).toBe("index.lock");
    expect(gitOperationUnder(`${root}/outer/.beads`)).toBeUndefined();
    expect(mainWorktreeOf(`${root}/outer/inner`)).toBeUndefined();
  });

  test("is nothing where the .git file names a directory that is not there, or none at all", () => {
    const root = realpathSync(temporaryDirectory("git-state"));
    writeFileSync(`${root}/.git`, "gitdir: ../gone/.git/worktrees/x\n");
    expect(gitOperationUnder(`${root}/.beads`)).toBeUndefined();
    expect(mainWorktreeOf(root)).toBeUndefined();
    writeFileSync(`${root}/.git`, "nonsense\n");
    expect(gitOperationUnder(`${root}/.beads`)).toBeUndefined();
  });

  test("is found behind a .git that is a symbolic link to a directory", () => {
    const { git, root } = repository();
    mkdirSync(`${root}/second`);
    symlinkSync(`${git.directory}/.git`, `${root}/second/.git`);
    writeFileSync(`${git.directory}/.git/MERGE_HEAD`, "");
    expect(gitOperationUnder(`${root}/second/.beads`)).toBe("MERGE_HEAD");
  });
});

describe.skipIf(!hasGit())("the main worktree", () => {
  test("of one that git has linked is the one it was linked from, whichever way the pointers are written", () => {
    const { git, root } = repository();
    git.commitAll("first");
    const linked = git.addWorktree(`${root}/linked`);
    expect(mainWorktreeOf(linked.directory)).toBe(git.directory);
    expect(mainWorktreeOf(git.directory)).toBeUndefined();
    // As git 2.48 writes it with worktree.useRelativePaths.
    writeFileSync(`${root}/linked/.git`, "gitdir: ../repository/.git/worktrees/linked\n");
    expect(mainWorktreeOf(linked.directory)).toBe(git.directory);
    expect(repositoryRoot(`${root}/linked/a/b`)).toBe(`${root}/linked`);
  });

  test("of a bare repository, or of one whose gitdir lies apart, is not known", () => {
    const { git, root } = repository();
    git.commitAll("first");
    git.succeed("clone", "-q", "--bare", git.directory, `${root}/bare.git`);
    const ofBare = new Git(`${root}/bare.git`, root).addWorktree(`${root}/of-bare`);
    expect(mainWorktreeOf(ofBare.directory)).toBeUndefined();
    git.succeed("clone", "-q", `--separate-git-dir=${root}/apart`, git.directory, `${root}/main`);
    const ofApart = new Git(`${root}/main`, root).addWorktree(`${root}/of-apart`);
    expect(mainWorktreeOf(`${root}/main`)).toBeUndefined();
    expect(mainWorktreeOf(ofApart.directory)).toBeUndefined();
  });
});

function repository(): { git: Git; root: string } {
  const root = realpathSync(temporaryDirectory("git-state"));
  return { git: Git.init(`${root}/repository`, root), root };
}

/** A repository whose branch `other` changed the same line as `main`, where two commits did. */
function conflicting(): Git {
  const { git } = repository();
  git.write("file", "base\n");
  git.commitAll("base");
  git.succeed("branch", "other");
  git.write("file", "one\n");
  git.commitAll("one");
  git.write("file", "two\n");
  git.commitAll("two");
  git.succeed("checkout", "-q", "other");
  git.write("file", "other\n");
  git.commitAll("other");
  git.succeed("checkout", "-q", "main");
  return git;
}

function operation(git: Git): string | undefined {
  return gitOperationUnder(`${git.directory}/.beads`);
}
