import { join } from "node:path";
import { listAll, readMetrics } from "../helpers/bz-answers";
import { hardenedBun } from "../helpers/bz-forms";
import { startProcess } from "../helpers/bz-process";
import { report, reportLock } from "../helpers/bz-report";
import type { Campaign } from "./campaign";
import { markOf, type Turn } from "./looper";
import type { Scene } from "./scene";

/** For them to start and to load everything. */
const startMs = 3000;

/** Starts so many loopers of each role at one moment; the turns of each. */
async function loop(
  scene: Scene,
  crowd: Readonly<Record<string, number>>,
  seconds: number,
): Promise<Map<string, Turn[]>> {
  const { directory: cwd, env } = scene.tracker;
  const beginMs = Date.now() + startMs;
  const turns = new Map<string, Turn[]>();
  const deadlineMs = seconds * 1000 + 120_000;
  const run = async (role: string, name: string): Promise<void> => {
    const script = [...hardenedBun, join(import.meta.dir, "looper.ts"), role, name];
    const ended = await startProcess([...script, String(beginMs), String(seconds)], { cwd, env, deadlineMs })
      .finished;
    if (ended.code !== 0) scene.accuse(`${name} ended with ${ended.signal ?? ended.code}: ${ended.stderr}`);
    turns.set(
      name,
      ended.stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Turn),
    );
  };
  await Promise.all(
    Object.entries(crowd).flatMap(([role, count]) =>
      Array.from({ length: count }, (_, place) => run(role, `${role} ${place}`)),
    ),
  );
  return turns;
}

/**
 * Readers against writers and a compaction every 20 ms. Every transaction is one new issue, so that what a reader may be shown is known: the first so many
 * of all, nothing less than was acknowledged before, nor than it was shown before. They may be more than the log had when it began: what an export has
 * written since is taken in.
 */
export async function readersAgainstCompaction(campaign: Campaign): Promise<void> {
  await campaign.in("readers", async (scene) => {
    const turns = await loop(scene, { write: 8, read: 8, compact: 1 }, campaign.isLong ? 60 : 8);
    const of = (role: string): Turn[][] =>
      [...turns].flatMap(([name, own]) => (name.startsWith(role) ? [own] : []));
    for (const [name, own] of turns)
      for (const { code } of own) if (code !== 0) scene.accuse(`a turn of ${name} ended with ${code}`);

    const versions = await listAll(scene.tracker);
    const acknowledged = of("write")
      .flat()
      .map(({ id = "", endedMs }) => ({ id, endedMs, version: versions.get(id)?.version ?? 0 }));
    for (const { id, version } of acknowledged)
      if (version === 0) scene.accuse(`${id} was acknowledged and is lost`);
    if (versions.size !== acknowledged.length)
      scene.accuse(`${versions.size} issues of ${acknowledged.length} acknowledged`);
    for (const own of of("read")) checkReader(scene, own, acknowledged);
    await scene.examine();
    await scene.checkLeftovers();
    campaign.count("answers to readers while compaction looped", of("read").flat().length);
    campaign.count("compactions beside readers", of("compact").flat().length);
    campaign.count("writes beside readers", acknowledged.length);
  });
}

/** An acknowledgement that came in the millisecond of the question may have come after it. */
function checkReader(
  scene: Scene,
  turns: readonly Turn[],
  acknowledged: readonly { id: string; endedMs: number; version: number }[],
): void {
  const byTime = acknowledged.toSorted((one, other) => one.endedMs - other.endedMs);
  const inOrder = acknowledged.toSorted((one, other) => one.version - other.version);
  const marks = [0];
  for (const { id } of inOrder) marks.push((marks.at(-1) ?? 0) ^ markOf([id]));
  let [place, promised, shown] = [0, 0, 0];
  for (const { beganMs, total = 0, ids = 0, mark } of turns) {
    for (; (byTime[place]?.endedMs ?? Number.POSITIVE_INFINITY) < beganMs; place += 1)
      promised = Math.max(promised, byTime[place]?.version ?? 0);
    if (ids !== total || mark !== marks[total])
      scene.accuse(`a reader was shown ${total} issues with ${ids} ids, and not the first ${total}`);
    if (total < promised)
      scene.accuse(`a reader was shown ${total} issues after ${promised} were acknowledged`);
    if (total < shown) scene.accuse(`a reader was shown ${total} issues after it was shown ${shown}`);
    shown = total;
  }
}

/** How evenly the lock is shared by writers who do nothing else. Figures to be read: they hold for a machine that does nothing else; on any, nobody starves. */
export async function fairness(campaign: Campaign): Promise<void> {
  await campaign.in("fairness", async (scene) => {
    await scene.tracker.succeed("metrics", "--reset");
    const writers = 16;
    const turns = await loop(scene, { write: writers }, 10);
    const metrics = await readMetrics(scene.tracker);
    const counts = [...turns.values()].map((own) => own.length);
    const [least, most] = [Math.min(...counts), Math.max(...counts)];
    const total = counts.reduce((sum, count) => sum + count, 0);
    for (const { code } of [...turns.values()].flat())
      if (code !== 0) scene.accuse(`a write ended with ${code}`);
    if ((await listAll(scene.tracker)).size !== total) scene.accuse(`not all of ${total} writes are there`);
    if (!(least > 0)) scene.accuse(`one got the lock ${most} times, and another never`);
    const boundMs = (3 * writers * metrics.hold_us.p50) / 1000;
    report(
      `fairness: ${total} writes in 10 s by ${writers}, from ${least} to ${most} each, max/min ${(most / least).toFixed(2)}; ` +
        `the longest wait ${(metrics.wait_us.max / 1000).toFixed(1)} ms, 3 x writers x a hold of the median is ${boundMs.toFixed(1)} ms`,
    );
    reportLock("fairness", metrics);
    campaign.count("writes of 16 hammering writers", total);
    campaign.count("fairness, max/min in hundredths", Math.round((100 * most) / least));
  });
}
