import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BzError } from "../../model/errors";
import { initStore, openStore } from "../../storage/store";
import { Git, hasGit } from "../helpers/git";
import { addIssue, temporaryDirectory, titles } from "../helpers/workspace";

// Far more than they take: a busy machine is no failure.
setDefaultTimeout(60_000);

describe.skipIf(!hasGit())("a linked worktree whose main worktree never saw bz", () => {
  test("makes the store there at its `init`, and its own face and files for git here", async () => {
    const { main, side } = worktrees();
    const { workspace } = await initStore(requestIn(side), { prefix: "ab", here: false });
    expect(workspace.storeOwnerPath).toBe(`${main.directory}/.beads`);
    expect(readdirSync(`${main.directory}/.beads`)).toEqual(["store"]);
    expect(readdirSync(`${side.directory}/.beads`).toSorted()).toEqual([
      ".gitattributes",
      ".gitignore",
      "config.yaml",
      "issues.jsonl",
      "metadata.json",
    ]);
    const id = addIssue(openStore(requestIn(side)), "from the side");
    expect(id).toStartWith("ab-");
    expect(titles(openStore(requestIn(main)))).toEqual(["from the side"]);
    // Git sees nothing of it in the main worktree, and its cleaning spares it.
    expect(main.succeed("status", "--porcelain")).toBe("");
    main.succeed("clean", "-q", "-fd");
    main.succeed("stash", "-u");
    expect(titles(openStore(requestIn(side)))).toEqual(["from the side"]);
    for (const git of [main, side]) expect(await codeOf(git)).toBe("ALREADY_INITIALIZED");
  });

  test("that has only a face reads without writing a byte, and its first write makes the store there", async () => {
    const { main, side } = worktrees();
    await initStore(requestIn(side), { prefix: "ab", here: false });
    rmSync(`${main.directory}/.beads`, { recursive: true });
    side.write(".beads/issues.jsonl", '{"id":"ab-1","title":"in the face"}\n');
    const before = readdirSync(`${side.directory}/.beads`).toSorted();
    const store = openStore(requestIn(side));
    expect(titles(store)).toEqual(["in the face"]);
    expect((await store.info()).store).toBeUndefined();
    expect((await store.check()).failures).toBe(0);
    const nothing = { timeMs: 1, actor: "tester", command: "test" };
    store.write(nothing, () => ({ operations: [], result: undefined }));
    expect(existsSync(`${main.directory}/.beads`)).toBe(false);

    addIssue(store, "written");
    expect(readdirSync(`${main.directory}/.beads`)).toEqual(["store"]);
    expect(readdirSync(`${side.directory}/.beads`).toSorted()).toEqual(before);
    expect(titles(openStore(requestIn(main)))).toEqual(["in the face", "written"]);
    expect(readFileSync(`${main.directory}/.beads/store/.gitignore`, "utf8")).toBe("*\n");
  });

  test("can be removed, and the store stays", async () => {
    const { main, side } = worktrees();
    await initStore(requestIn(side), { prefix: "ab", here: false });
    addIssue(openStore(requestIn(side)), "outlives its worktree");
    main.succeed("worktree", "remove", "--force", side.directory);
    expect(titles(openStore(requestIn(main)))).toEqual(["outlives its worktree"]);
  });
});

function worktrees(): { main: Git; side: Git } {
  const root = realpathSync(temporaryDirectory("linked"));
  const main = Git.init(join(root, "main"), root);
  main.write("code", "1\n");
  main.commitAll("code");
  return { main, side: main.addWorktree(join(root, "side")) };
}

function requestIn({ directory, env }: Git) {
  return { cwd: directory, env: { HOME: env.HOME } };
}

async function codeOf(git: Git): Promise<string | undefined> {
  try {
    await initStore(requestIn(git), { here: false });
    return undefined;
  } catch (error) {
    if (error instanceof BzError) return error.code;
    throw error;
  }
}
