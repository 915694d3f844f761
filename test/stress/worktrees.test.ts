import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brokenPromises, planDay, promisesOf, sharedLabels } from "../helpers/agent-day";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasGit } from "../helpers/git";
import { makeRepository, Worktree } from "../helpers/repository";

const agentsEach = 5;
const roundsEach = 6;

describe.skipIf(!hasGit()).each(await chosenForms())("a main and a linked worktree ($name)", (form) => {
  test("write into one store at once, each with a face of its own, and lose nothing by merging them", async () => {
    const { root, main } = await makeRepository(form, "worktrees");
    const shared = [await main.quick("Everybody's 0"), await main.quick("Everybody's 1")];
    await main.syncAndCommit("seeds");
    const side = new Worktree(form, main.git.addWorktree(join(root, "side"), "-b", "side"));

    let working = true;
    const days = [main, side].map(({ git, bz }, place) =>
      runAgents({
        command: form.command,
        work: Array.from({ length: agentsEach }, (_, agent) =>
          planDay(place * agentsEach + agent, roundsEach, shared),
        ),
        cwd: git.directory,
        env: bz.env,
      }),
    );
    const commits = [main, side].map((worktree, place) =>
      commitWhile(worktree, place === 0 ? "side" : "main", () => working),
    );
    const runs = await Promise.all(days).finally(() => {
      working = false;
    });
    const committed = await Promise.all(commits);

    const calls = runs.flatMap((run) => run.calls.flat());
    expect(calls.filter(({ code }) => code !== 0)).toEqual([]);
    expect(existsSync(join(side.git.directory, ".beads/store"))).toBe(false);
    const promises = runs.flatMap((run) => run.calls.flatMap((made) => [...promisesOf(made).values()]));
    expect(promises).toHaveLength(2 * agentsEach * roundsEach);
    const issues = await main.issues();
    expect(brokenPromises(promises, issues)).toEqual([]);
    for (const [id, labels] of sharedLabels(calls, shared))
      expect(issues.get(id)?.labels).toEqual(expect.arrayContaining([...labels]));
    expect(issues.size).toBe(promises.length + shared.length);

    // Both sides commit what `sync` leaves, and have nothing more to tell each other.
    for (const worktree of [main, side]) await worktree.syncAndCommit("the end of the day");
    expect(side.face()).toBe(main.face());
    side.git.succeed("merge", "-q", "--no-edit", "main");
    main.git.succeed("merge", "-q", "--no-edit", "side");
    const exported = await main.exported();
    for (const worktree of [main, side]) {
      expect(await worktree.check()).toMatchObject({ code: 0 });
      expect(await worktree.exported()).toBe(exported);
      expect(worktree.face()).toBe(exported);
      expect(`${worktree.git.succeed("show", "HEAD:.beads/issues.jsonl")}\n`).toBe(exported);
      await expectHealthy(worktree.bz);
    }
    report(
      `${form.name}, worktrees: ${calls.length} calls, ${committed.join(" and ")} commits with a merge beside`,
    );
  }, 150_000);

  test("of a branch that never saw bz use the store, and get a face when `sync` is asked for one", async () => {
    const { root, main } = await makeRepository(form, "worktrees");
    const id = await main.quick("Known to all");
    await main.syncAndCommit("known");
    const side = new Worktree(form, main.git.addWorktree(join(root, "side"), "-b", "side", "before"));
    await side.bz.succeed("update", id, "--title", "Renamed on the side");
    const made = await side.quick("Made on the side");
    expect(existsSync(join(side.git.directory, ".beads"))).toBe(false);
    expect((await main.issues()).get(id)?.title).toBe("Renamed on the side");
    expect((await main.issues()).has(made)).toBe(true);

    await side.bz.succeed("sync");
    expect(readdirSync(join(side.git.directory, ".beads")).toSorted()).toEqual([
      ".gitattributes",
      ".gitignore",
      "issues.jsonl",
    ]);
    await main.syncAndCommit("with what the side did");
    expect(side.face()).toBe(main.face());
    side.git.commitAll("a face on the side");
    // Both have added the file, with no common ancestor to go by; the rules beside it are the same.
    main.git.succeed("merge", "-q", "--no-edit", "side");
    await main.syncAndCommit("merged");
    expect((await main.issues()).size).toBe(2);
    expect(await main.check()).toMatchObject({ code: 0 });
    await expectHealthy(main.bz);
  }, 60_000);
});

/** Syncs, commits and merges the other branch again and again; how often. */
async function commitWhile({ git, bz }: Worktree, other: string, isWorking: () => boolean): Promise<number> {
  for (let round = 1; ; round += 1) {
    const synced = await bz.run("sync");
    if (synced.code !== 0) throw new Error(`bz sync ended with ${synced.code}: ${synced.stderr}`);
    await git.runBeside("add", "-A");
    await git.runBeside("commit", "-q", "--allow-empty", "-m", `round ${round}`);
    const { code, stderr, stdout } = await git.runBeside("merge", "-q", "--no-edit", other);
    // The face may have been written once more since the commit.
    if (code !== 0 && !/would be overwritten by merge/.test(stderr))
      throw new Error(`merge ${other}: ${stderr}${stdout}`);
    if (!isWorking()) return round;
    await Bun.sleep(50);
  }
}
