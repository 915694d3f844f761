import { describe, expect, test } from "bun:test";
import { brokenPromises, promisesOf } from "../helpers/agent-day";
import { runAgents } from "../helpers/bz-agents";
import { expectHealthy } from "../helpers/bz-answers";
import { chosenForms } from "../helpers/bz-forms";
import { report } from "../helpers/bz-report";
import { hasGit } from "../helpers/git";
import { expectAgreement, seed, whileAgentsWrite } from "../helpers/git-day";
import { makeRepository, readIssues } from "../helpers/repository";

const sentence =
  /The store was made from .*, last written 20\d\d-.*Later writes here, if there were any, are gone\./;

describe.skipIf(!hasGit()).each(await chosenForms())("`git clean -fdx` ($name)", (form) => {
  test("takes the store from under ten agents: what the face held is there, and what was acknowledged since", async () => {
    const { main } = await makeRepository(form, "store-removed");
    const { shared } = await seed(main);
    let face = "";
    let sinceMs = 0;
    let cleans = 0;
    const { run, syncs } = await whileAgentsWrite(main, shared, async (isWorking) => {
      for (; cleans < 4 && isWorking(); cleans += 1) {
        await Bun.sleep(300);
        await main.git.runBeside("clean", "-q", "-fdx");
        sinceMs = Date.now();
        face = main.face();
      }
    });

    const calls = run.calls.flat();
    // An agent whose issue went with the store is told that it is not there. Everything else succeeds, or says that it does not know.
    const failed = [...calls, ...syncs.map((sync) => ({ words: ["sync"], ...sync }))].filter(
      ({ code, words, stderr }) =>
        code !== 0 &&
        !(code === 1 && words[0] !== "q" && /not found|no issue/i.test(stderr)) &&
        // The store went while the command held its lock.
        !(code === 2 && /Whether the change was saved is not known/.test(stderr)),
    );
    expect(failed).toEqual([]);
    await expectAgreement(main);
    const issues = await main.issues();
    const since = run.calls.flatMap((made) => [...promisesOf(made, sinceMs).values()]);
    expect(brokenPromises(since, issues)).toEqual([]);
    const held = readIssues(face);
    for (const [id, { status }] of held) {
      expect({ id, isThere: issues.has(id) }).toEqual({ id, isThere: true });
      if (status === "closed") expect({ id, status: issues.get(id)?.status }).toEqual({ id, status });
    }
    const told = [...calls, ...syncs].filter(({ stderr }) => sentence.test(stderr)).length;
    expect(told).toBeGreaterThanOrEqual(1);
    report(
      `${form.name}, clean -fdx: ${cleans} under load, said ${told} times; ${calls.filter(({ code }) => code !== 0).length} of ` +
        `${calls.length} calls refused; ${held.size} issues in the last face, ${since.length} acknowledged since`,
    );
  }, 150_000);

  test("is told of once, by the one of ten writers that makes the store, and is told with the age of the face", async () => {
    const { main } = await makeRepository(form, "store-removed");
    const id = await main.quick("In the face");
    await main.syncAndCommit("in the face");
    await main.bz.succeed("config", "set", "sync.auto_flush", "false");
    const lost = await main.quick("In the store alone");
    main.git.succeed("clean", "-q", "-fdx");

    const work = Array.from({ length: 10 }, (_, agent) => [["q", `Agent ${agent}`]]);
    const { calls } = await runAgents({
      command: form.command,
      work,
      cwd: main.git.directory,
      env: main.bz.env,
    });
    expect(calls.flat().map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => 0));
    const said = calls.flat().filter(({ stderr }) => stderr !== "");
    expect(said).toHaveLength(1);
    expect(said[0]?.stderr).toMatch(sentence);
    const issues = await main.issues();
    expect(issues.size).toBe(11);
    expect({ isThere: issues.has(id), isLost: !issues.has(lost) }).toEqual({ isThere: true, isLost: true });
    expect((await main.bz.run("q", "Afterwards")).stderr).toBe("");
    await expectHealthy(main.bz);
  }, 60_000);
});
