import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { planDay } from "./agent-day";
import { type AgentsRun, runAgents } from "./bz-agents";
import { expectHealthy } from "./bz-answers";
import type { Finished } from "./bz-process";
import type { Worktree } from "./repository";

export const agentCount = 10;
export const roundsEach = 6;

/** Ten agents at their day, `bz sync` again and again beside them, and something else. */
export async function whileAgentsWrite(
  { form, git, bz }: Worktree,
  shared: readonly string[],
  beside: (isWorking: () => boolean) => Promise<void>,
): Promise<{ run: AgentsRun; syncs: Finished[] }> {
  let working = true;
  const isWorking = (): boolean => working;
  const agents = runAgents({
    command: form.command,
    work: Array.from({ length: agentCount }, (_, agent) => planDay(agent, roundsEach, shared)),
    cwd: git.directory,
    env: bz.env,
  }).finally(() => {
    working = false;
  });
  const syncs: Finished[] = [];
  const syncing = async (): Promise<void> => {
    for (; working; await Bun.sleep(20)) syncs.push(await bz.run("sync"));
  };
  const [run] = await Promise.all([agents, syncing(), beside(isWorking)]);
  return { run, syncs };
}

/** Six issues that all agents touch, and four that are closed, which they were not in the commit tagged `old`. */
export async function seed(main: Worktree): Promise<{ shared: string[]; closed: string[] }> {
  const shared: string[] = [];
  const closed: string[] = [];
  for (let at = 0; at < 6; at += 1) shared.push(await main.quick(`Everybody's ${at}`));
  for (let at = 0; at < 4; at += 1) closed.push(await main.quick(`Closed before the day ${at}`));
  await main.syncAndCommit("all open");
  main.git.succeed("tag", "old");
  await main.bz.succeed("close", ...closed);
  await main.syncAndCommit("some closed");
  return { shared, closed };
}

/** After a last `sync` face and store say the same, also when it is committed, and nothing is left lying about. */
export async function expectAgreement(main: Worktree): Promise<void> {
  const beads = join(main.git.directory, ".beads");
  await main.bz.succeed("sync");
  if (readdirSync(beads).some((name) => name.startsWith("displaced."))) {
    // Whoever still writes into a file that was exchanged has these two seconds.
    await Bun.sleep(2100);
    await main.bz.succeed("sync");
  }
  expect(await main.check()).toMatchObject({ code: 0 });
  expect(main.face()).toBe(await main.exported());
  main.git.commitAll("the end of the day");
  expect(await main.check()).toMatchObject({ code: 0 });
  expect(readdirSync(beads).toSorted()).toEqual([
    ".gitattributes",
    ".gitignore",
    "config.yaml",
    "issues.jsonl",
    "metadata.json",
    "store",
  ]);
  await expectHealthy(main.bz);
}
