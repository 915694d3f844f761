import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../storage/store";
import { runAgents } from "../helpers/bz-agents";
import { readMetrics } from "../helpers/bz-answers";
import { holdLock } from "../helpers/bz-lock";
import { until } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";
import type { Campaign } from "./campaign";
import { type Attempt, issueFact } from "./oracle";
import type { Scene } from "./scene";
import { type Work, Workers } from "./work";

/** Nothing here may be cut off because the machine is busy. */
const deadlineMs = 1_800_000;

/** Agents that write one issue after another, each command a process: all of them there, none refused, none twice. */
export async function agents(campaign: Campaign, count: number, callsEach: number): Promise<void> {
  const name = `${count} agents`;
  await campaign.in(name.replace(" ", "-"), async (scene) => {
    const work = Array.from({ length: count }, (_, agent) =>
      Array.from({ length: callsEach }, (_, call): Work => {
        const title = `Agent ${agent} writes issue ${call}`;
        return { kind: "q", attempt: scene.ledger.begin(["q", title], [issueFact(title, 2)]), codes: [0] };
      }),
    );
    await runWork(scene, work);
    await scene.checkAll();
    campaign.count(`writes by ${name}`, count * callsEach);
    reportLock(name, await readMetrics(scene.tracker));
  });
}

/** Processes that each give commands of every kind. */
export async function mixture(campaign: Campaign): Promise<void> {
  await campaign.in("mixture", async (scene) => {
    const [count, callsEach] = [64, 20];
    const workers = new Workers(scene, campaign.random);
    for (const id of await seed(scene, 200)) workers.adopt(id);
    const work = Array.from({ length: count }, () => Array.from({ length: callsEach }, () => workers.next()));
    await runWork(scene, work);
    await scene.checkAll();
    campaign.count("mixed commands by 64 processes", count * callsEach);
  });
}

async function runWork(scene: Scene, work: readonly (readonly Work[])[]): Promise<void> {
  const { calls } = await runAgents({
    command: scene.tracker.form.command,
    work: work.map((own) =>
      own.map(({ attempt }) => [...attempt.words, "--lock-timeout", String(deadlineMs)]),
    ),
    cwd: scene.tracker.directory,
    env: scene.tracker.env,
    deadlineMs,
  });
  for (const [agent, own] of work.entries())
    for (const [place, { attempt, codes }] of own.entries()) {
      const call = calls[agent]?.[place];
      if (call !== undefined) scene.ended(attempt, { ...call, signal: null }, codes);
      if (call?.code === null) scene.accuse(`bz ${attempt.words.join(" ")} had to be killed at its deadline`);
    }
}

/** So many issues in one transaction; their ids. */
export async function seed(scene: Scene, count: number): Promise<string[]> {
  const titles = Array.from({ length: count }, (_, at) => `Seed ${at}`);
  const file = join(scene.tracker.directory, "seeds.jsonl");
  writeFileSync(file, titles.map((title) => `${JSON.stringify({ cmd: "create", title })}\n`).join(""));
  const words = ["batch", file, "--json"];
  const { stdout } = await scene.act(
    scene.ledger.begin(
      words,
      titles.map((title) => issueFact(title, 2)),
    ),
  );
  return (JSON.parse(stdout) as { results: { id: string }[] }).results.map(({ id }) => id);
}

/** Many who wait in the kernel's queue for one that holds the lock: all are seen, and all get in. */
export async function queue(campaign: Campaign): Promise<void> {
  await campaign.in("queue", async (scene) => {
    const count = campaign.isLong ? 500 : 100;
    await scene.tracker.succeed("metrics", "--reset");
    const holder = await holdLock(scene.tracker);
    const attempts = issues(scene, count, "Waiting", "--lock-timeout", String(deadlineMs));
    const running = attempts.map((attempt) => scene.start(attempt));
    const store = openStore({ cwd: scene.tracker.directory, env: scene.tracker.env });
    await until("all wait", () => store.metrics()?.waiting === count, 120_000);
    await holder.release();
    const ended = await Promise.all(running.map(({ finished }) => finished));
    for (const [place, attempt] of attempts.entries()) {
      const end = ended[place];
      if (end !== undefined) scene.ended(attempt, end);
    }
    const metrics = await readMetrics(scene.tracker);
    if (metrics.waiting !== 0 || metrics.acquisitions !== count)
      scene.accuse(
        `${metrics.waiting} still count as waiting, of ${count} ${metrics.acquisitions} got the lock`,
      );
    await scene.checkAll();
    campaign.count("writers that waited at once", count);
    reportLock(`queue of ${count}`, metrics);
  });
}

/** All at once, with the patience that everyone has. */
export async function storm(campaign: Campaign): Promise<void> {
  await campaign.in("storm", async (scene) => {
    const attempts = issues(scene, 100, "Storm");
    const ended = await Promise.all(attempts.map((attempt) => scene.act(attempt, [0, 3])));
    const tooLate = ended.filter(({ code }) => code === 3).length;
    await scene.checkAll();
    campaign.count("processes of a storm", attempts.length);
    report(`storm: of ${attempts.length} processes at once ${tooLate} waited too long`);
  });
}

function issues(scene: Scene, count: number, name: string, ...flags: string[]): Attempt[] {
  const titles = Array.from({ length: count }, (_, place) => `${name} ${place}`);
  return titles.map((title) => scene.ledger.begin(["q", title, ...flags], [issueFact(title, 2)]));
}
