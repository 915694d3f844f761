import { beforeAll, describe, expect, test } from "bun:test";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { type CommitName, gitCommitTime } from "../../storage/git-commit";
import { temporaryDirectory } from "../commands/test-world";
import { Git, hasGit } from "../helpers/git";

const commitCount = 24;
const timeOf = (commit: number): number => (1_700_000_000 + commit * 1_000) * 1_000;

let git: Git;
let ids: string[];

/** A history of which git makes deltas: long messages that differ in a word. */
beforeAll(() => {
  if (!hasGit()) return;
  git = Git.init(temporaryDirectory());
  const lines: string[] = [];
  for (let commit = 0; commit < commitCount; commit++) {
    const message = `commit ${commit}\n\n${"the same long text again and again\n".repeat(40)}`;
    lines.push("commit refs/heads/main", `mark :${commit + 1}`);
    lines.push(`committer Ann <> <a@b> ${timeOf(commit) / 1000} +0200`.replace("<> ", ""));
    lines.push(`data ${message.length}`, message);
  }
  lines.push("tag v2", "from :8", "tagger Ann <a@b> 1 +0000", "data 1", "x", "");
  const stream = join(git.directory, "stream");
  writeFileSync(stream, lines.join("\n"));
  const imported = Bun.spawnSync(["git", "fast-import", "--quiet", "--force"], {
    cwd: git.directory,
    env: git.env,
    stdin: Bun.file(stream),
  });
  if (!imported.success) throw new Error(imported.stderr.toString());
  ids = git.succeed("log", "--reverse", "--format=%H", "main").trim().split("\n");
  git.succeed("tag", "v1", ids[2] ?? "");
});

async function timeAt(
  name: string,
  kind: CommitName["kind"] = "commit",
  from = git.directory,
): Promise<number> {
  return await gitCommitTime(from, { kind, name });
}

async function refusalOf(
  name: string,
  kind: CommitName["kind"] = "commit",
  from = git.directory,
): Promise<string> {
  try {
    return String(await timeAt(name, kind, from));
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
}

describe.skipIf(!hasGit())("the time of a commit", () => {
  const readAll = () => Promise.all(ids.map((id) => timeAt(id)));
  const wanted = Array.from({ length: commitCount }, (_, commit) => timeOf(commit));

  test("is read from a pack with deltas", async () => {
    git.succeed("repack", "-adfq", "--depth=50", "--window=50");
    const [index = ""] = git.succeed("rev-parse", "--git-path", "objects/pack").trim().split("\n");
    const listed = Bun.spawnSync(["sh", "-c", `git verify-pack -v ${index}/*.idx`], {
      cwd: git.directory,
      env: git.env,
    });
    expect(listed.stdout.toString()).toMatch(/ commit .* [1-9]\d* [0-9a-f]{40}$/m);
    expect(await readAll()).toEqual(wanted);
  });

  test("is read from a pack whose deltas name their bases by id", async () => {
    git.succeed("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50", "--window=50");
    expect(await readAll()).toEqual(wanted);
  });

  test("is read from loose objects", async () => {
    const clone = Git.init(temporaryDirectory());
    Bun.spawnSync(["sh", "-c", `cat "$0"/.git/objects/pack/*.pack | git unpack-objects -q`, git.directory], {
      cwd: clone.directory,
      env: clone.env,
    });
    expect(await timeAt(ids[5] ?? "", "commit", clone.directory)).toBe(timeOf(5));
    expect(await timeAt((ids[6] ?? "").slice(0, 12), "commit", clone.directory)).toBe(timeOf(6));
  });

  test("is found by tags with and without a message, branches, HEAD and the beginning of an id, packed or not", async () => {
    for (const pack of [false, true]) {
      if (pack) git.succeed("pack-refs", "--all");
      expect(await timeAt("v1", "tag")).toBe(timeOf(2));
      expect(await timeAt("v2", "tag")).toBe(timeOf(7));
      expect(await timeAt("main")).toBe(timeOf(commitCount - 1));
      expect(await timeAt("HEAD")).toBe(timeOf(commitCount - 1));
      expect(await timeAt("refs/tags/v2")).toBe(timeOf(7));
      expect(await timeAt((ids[4] ?? "").slice(0, 10).toUpperCase())).toBe(timeOf(4));
    }
  });

  test("is found from a linked worktree and through the objects that a clone shares", async () => {
    const worktree = join(temporaryDirectory(), "linked");
    git.succeed("worktree", "add", "-q", "--detach", "--no-checkout", worktree, ids[3] ?? "");
    expect(await timeAt("HEAD", "commit", worktree)).toBe(timeOf(3));
    expect(await timeAt("v2", "tag", worktree)).toBe(timeOf(7));
    const clone = join(temporaryDirectory(), "clone");
    git.succeed("clone", "-q", "--shared", "--no-checkout", git.directory, clone);
    expect(await timeAt("v1", "tag", clone)).toBe(timeOf(2));
  });

  test.each([
    ["nothing", "tag", "NOT_FOUND"],
    ["main", "tag", "NOT_FOUND"],
    ["0000000", "commit", "NOT_FOUND"],
    ["HEAD~1", "commit", "INVALID"],
    ["../config", "commit", "INVALID"],
    ["config", "commit", "NOT_FOUND"],
    ["-x", "tag", "INVALID"],
    ["a\nb", "tag", "INVALID"],
    ["main@{1}", "commit", "INVALID"],
  ] as const)("is refused of %j as a %s", async (name, kind, code) => {
    expect(await refusalOf(name, kind)).toBe(code);
  });

  test("is refused outside of a repository, of a tree, and of damaged objects", async () => {
    expect(await refusalOf("HEAD", "commit", temporaryDirectory())).toBe("NOT_FOUND");
    expect(await refusalOf(git.succeed("rev-parse", "main^{tree}").trim())).toBe("NOT_FOUND");
    const broken = Git.init(temporaryDirectory());
    const id = "ab".repeat(20);
    mkdirSync(join(broken.directory, ".git/objects/ab"), { recursive: true });
    mkdirSync(join(broken.directory, ".git/objects/pack"), { recursive: true });
    writeFileSync(join(broken.directory, ".git/objects/ab", id.slice(2)), "no zlib");
    writeFileSync(join(broken.directory, ".git/objects/pack/pack-x.idx"), Buffer.alloc(5_000, 0xff));
    appendFileSync(join(broken.directory, ".git/refs/heads/main"), `${id}\n`);
    expect(await refusalOf("main", "commit", broken.directory)).toBe("NOT_FOUND");
    expect(await refusalOf("cd".repeat(20), "commit", broken.directory)).toBe("NOT_FOUND");
  });
});
