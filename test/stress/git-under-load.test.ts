import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { brokenPromises, promisesOf, sharedLabels } from "../helpers/agent-day";
import { chosenForms } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasGit } from "../helpers/git";
import { agentCount, expectAgreement, roundsEach, seed, whileAgentsWrite } from "../helpers/git-day";
import { GitLoop, type Theirs } from "../helpers/git-loop";
import { makeRepository, Worktree } from "../helpers/repository";

const theirCount = 6;

describe.skipIf(!hasGit()).each(await chosenForms())(
  "git in a worktree in which ten agents write ($name)",
  (form) => {
    test("checkouts, stashes, resets, cleans and merges lose no acknowledged change, reopen nothing and hide nothing", async () => {
      const { root, main } = await makeRepository(form, "git-under-load");
      const { shared, closed } = await seed(main);
      const theirs = await theirWork(main, root);
      const loop = new GitLoop(main, theirs);

      const { run, syncs } = await whileAgentsWrite(main, shared, (isWorking) => loop.runWhile(isWorking));

      const calls = run.calls.flat();
      expect(calls.filter(({ code }) => code !== 0)).toEqual([]);
      expect(syncs.filter(({ code }) => code !== 0)).toEqual([]);
      expect(loop.hidden).toEqual([]);
      await loop.finish();
      await expectAgreement(main);
      const issues = await main.issues();
      const promises = run.calls.flatMap((made) => [...promisesOf(made).values()]);
      expect(promises).toHaveLength(agentCount * roundsEach);
      expect(brokenPromises(promises, issues)).toEqual([]);
      for (const id of closed)
        expect({ id, status: issues.get(id)?.status }).toEqual({ id, status: "closed" });
      for (const [id, labels] of sharedLabels(calls, shared))
        expect(issues.get(id)?.labels).toEqual(expect.arrayContaining([...labels]));
      for (const { id, title } of theirs) expect({ id, title: issues.get(id)?.title }).toEqual({ id, title });
      expect(issues.size).toBe(promises.length + shared.length + closed.length + theirs.length);
      report(
        `${form.name}, git under load: ${calls.length} calls, ${syncs.length} syncs beside; ${loop.told()}`,
      );
    }, 150_000);
  },
);

/** Branches of a clone, each with one issue more, fetched and not merged yet. */
async function theirWork({ form, git }: Worktree, root: string): Promise<Theirs[]> {
  const other = new Worktree(form, git.clone(join(root, "other")));
  const theirs: Theirs[] = [];
  for (let at = 0; at < theirCount; at += 1) {
    const title = `Theirs ${at}`;
    const id = await other.quick(title);
    await other.syncAndCommit(title);
    other.git.succeed("branch", `theirs-${at}`);
    theirs.push({ id, title, branch: `other/theirs-${at}` });
  }
  git.succeed("remote", "add", "other", other.git.directory);
  git.succeed("fetch", "-q", "other");
  return theirs;
}
