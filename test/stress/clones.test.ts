import { describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expectHealthy } from "../helpers/bz-answers";
import { chosenForms, type Form } from "../helpers/bz-forms";
import { Git, hasGit } from "../helpers/git";
import { type FaceIssue, makeRepository, Worktree } from "../helpers/repository";

/** What a clone does with the face when it merges what the others have pushed. */
interface Habit {
  readonly name: string;
  /** Whether git is left to stop at a conflict, as without our `.gitattributes`. */
  readonly conflicts: boolean;
  merge(clone: Worktree): void;
}

const face = ".beads/issues.jsonl";

const habits: readonly Habit[] = [
  { name: "git joins both sides by itself", conflicts: false, merge: ({ git }) => mergeCleanly(git) },
  {
    name: "git takes our side of every conflict",
    conflicts: true,
    merge: ({ git }) => mergeCleanly(git, "-X", "ours"),
  },
  {
    name: "git takes their side of every conflict",
    conflicts: true,
    merge: ({ git }) => mergeCleanly(git, "-X", "theirs"),
  },
  { name: "our whole file is kept", conflicts: true, merge: ({ git }) => keepSide(git, "--ours") },
  { name: "their whole file is taken", conflicts: true, merge: ({ git }) => keepSide(git, "--theirs") },
  {
    name: "the markers are committed",
    conflicts: true,
    merge: ({ git }) => {
      if (git.run("merge", "-q", "--no-edit", "origin/main").code !== 0) git.commitAll("with markers");
    },
  },
  {
    name: "the markers are left for bz to resolve before the commit",
    conflicts: true,
    merge: ({ git, bz }) => {
      if (git.run("merge", "-q", "--no-edit", "origin/main").code === 0) return;
      const { exitCode, stderr } = Bun.spawnSync([...bz.form.command, "sync"], {
        cwd: bz.directory,
        env: bz.env,
      });
      if (exitCode !== 0) throw new Error(`bz sync ended with ${exitCode}: ${stderr}`);
      git.commitAll("resolved by bz");
    },
  },
];

describe.skipIf(!hasGit()).each(await chosenForms())("three clones of one repository ($name)", (form) => {
  for (const habit of habits) {
    test(`hold the same bytes and the union of what all did when ${habit.name}`, async () => {
      const { clones, seeds } = await makeClones(form, habit);
      const [a, b, c] = clones;
      await workApart(a, b, c, seeds);
      for (const clone of clones) await clone.syncAndCommit("what we did");
      // The last one may have thrown away what the others had brought. They bring it again, and only then everyone can see everything.
      for (const clone of [...clones, ...clones, ...clones]) await exchange(clone, habit);

      const [first = "", ...others] = await Promise.all(clones.map((clone) => clone.exported()));
      for (const other of others) expect(other).toBe(first);
      expectUnion(await a.issues(), seeds);
      for (const clone of clones) {
        clone.git.succeed("pull", "-q", "--ff-only", "origin", "main");
        expect(await clone.check()).toMatchObject({ code: 0 });
        expect(clone.face()).toBe(first);
        await expectHealthy(clone.bz);
      }
    }, 60_000);
  }
});

interface Seeds {
  readonly item: string;
  readonly epic: string;
  readonly finished: string;
  readonly blockers: readonly [string, string];
  readonly reopened: string;
}

/** The second is a clone that git has made, the third a copy of the first with its store and all. */
async function makeClones(form: Form, habit: Habit) {
  const { root, main } = await makeRepository(form, "clones");
  if (habit.conflicts) main.git.succeed("rm", "-q", ".beads/.gitattributes");
  const blockers = [await main.quick("Old blocker"), await main.quick("New blocker")] as const;
  const item = await main.quick("Item", "-p", "2", "-l", "kept,removed", "-d", "first");
  const epic = await main.quick("Epic", "-t", "epic");
  const finished = await main.quick("To be closed by one and renamed by another");
  const reopened = await main.quick("Closed at first");
  await main.bz.succeed("dep", "add", item, blockers[0]);
  await main.bz.succeed("close", reopened);
  await main.syncAndCommit("seeds");
  main.git.succeed("clone", "-q", "--bare", main.git.directory, join(root, "hub.git"));
  main.git.succeed("remote", "add", "origin", join(root, "hub.git"));
  main.git.succeed("fetch", "-q", "origin");
  cpSync(main.git.directory, join(root, "copy"), { recursive: true, verbatimSymlinks: true });
  const hub = new Git(join(root, "hub.git"), root);
  const clones = [
    main,
    new Worktree(form, hub.clone(join(root, "cloned"))),
    new Worktree(form, new Git(join(root, "copy"), root)),
  ] as const;
  return { clones, seeds: { item, epic, finished, blockers, reopened } };
}

/** One after the other, and none knows of the others. */
async function workApart(a: Worktree, b: Worktree, c: Worktree, seeds: Seeds): Promise<void> {
  const { item, epic, finished, blockers, reopened } = seeds;
  const [oldBlocker, newBlocker] = blockers;
  await a.bz.succeed("update", item, "--title", "Item, as a calls it", "--remove-label", "removed");
  await a.bz.succeed("update", item, "--priority", "0");
  await a.bz.succeed("dep", "remove", item, oldBlocker);
  await a.quick("Child by a", "--parent", epic);
  await a.bz.succeed("comments", "add", item, "Said by a");
  await a.bz.succeed("close", finished, "-r", "a has done it");
  await a.bz.succeed("update", reopened, "--title", "Closed at first, renamed by a");

  await b.bz.succeed("update", item, "--description", "As b tells it", "--add-label", "by-b");
  await b.bz.succeed("update", item, "--priority", "4");
  await b.bz.succeed("dep", "add", item, newBlocker);
  await b.quick("Child by b", "--parent", epic);
  await b.bz.succeed("comments", "add", item, "Said by b");
  await b.bz.succeed(
    "update",
    finished,
    "--title",
    "Renamed by b after a had closed it",
    "-s",
    "in_progress",
  );

  await c.bz.succeed("update", item, "--notes", "Noted by c", "--add-label", "by-c");
  await c.bz.succeed("update", item, "--priority", "3");
  await c.quick("Child by c", "--parent", epic);
  await c.bz.succeed("comments", "add", item, "Said by c");
  await c.bz.succeed("reopen", reopened);
}

/** Fetches, merges, lets bz take in what has come and write what it makes of it, commits, pushes. */
async function exchange(clone: Worktree, habit: Habit): Promise<void> {
  clone.git.succeed("fetch", "-q", "origin");
  habit.merge(clone);
  await clone.syncAndCommit("merged");
  clone.git.succeed("push", "-q", "origin", "HEAD:main");
}

function mergeCleanly(git: Git, ...flags: string[]): void {
  git.succeed("merge", "-q", "--no-edit", ...flags, "origin/main");
}

function keepSide(git: Git, side: "--ours" | "--theirs"): void {
  if (git.run("merge", "-q", "--no-edit", "origin/main").code === 0) return;
  git.succeed("checkout", side, "--", face);
  git.commitAll(`resolved with ${side}`);
}

function expectUnion(issues: ReadonlyMap<string, FaceIssue>, seeds: Seeds): void {
  const { item, epic, finished, blockers, reopened } = seeds;
  const found = issues.get(item);
  expect(found).toMatchObject({
    title: "Item, as a calls it",
    description: "As b tells it",
    notes: "Noted by c",
    priority: 3,
    labels: ["by-b", "by-c", "kept"],
  });
  expect(found?.dependencies.map((edge) => edge.depends_on_id)).toEqual([blockers[1]]);
  expect(found?.comments.map(({ text }) => text).toSorted()).toEqual(["Said by a", "Said by b", "Said by c"]);
  const children = [...issues.values()].filter(({ dependencies }) =>
    dependencies.some((edge) => edge.type === "parent-child" && edge.depends_on_id === epic),
  );
  expect(children.map(({ title }) => title).toSorted()).toEqual(["Child by a", "Child by b", "Child by c"]);
  expect(issues.get(finished)).toMatchObject({
    title: "Renamed by b after a had closed it",
    status: "closed",
    close_reason: "a has done it",
  });
  expect(issues.get(reopened)).toMatchObject({ title: "Closed at first, renamed by a", status: "open" });
  expect(issues.size).toBe(9);
}
